using System.Globalization;
using System.Text.Json.Nodes;

namespace HttpSd.Operator.Runtime.Status;

/// <summary>
/// Times as the API server keeps them: without fractions, or what is read back would never equal what was
/// computed. Only members named like times are touched, since other text may look like one and be a token.
/// </summary>
internal static class WholeSeconds
{
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public static string Text(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static JsonObject Of(JsonObject status)
    {
        var copy = (JsonObject)status.DeepClone();
        Cut(copy);
        return copy;
    }

    private static void Cut(JsonNode? node)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list)
                Cut(item);
        }
        else if (node is JsonObject members)
        {
            foreach (var (name, value) in members.ToList())
            {
                if (IsTime(name) && value is JsonValue && DateTimeOffset.TryParseExact(
                    value.ToString(), Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
                    members[name] = Text(time);
                else
                    Cut(value);
            }
        }
    }

    private static bool IsTime(string name) =>
        name.EndsWith("Time", StringComparison.Ordinal) || name.EndsWith("Timestamp", StringComparison.Ordinal);
}
