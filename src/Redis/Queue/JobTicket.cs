using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using HttpSd.Core.Requests;

namespace HttpSd.Redis.Queue;

/// <summary>A job as it stands in the lists, for people and for older tools. Never changed once pushed.</summary>
internal sealed record JobTicket(
    [property: JsonPropertyName("schema")] int Schema,
    [property: JsonPropertyName("job_id")] string JobId,
    [property: JsonPropertyName("full_path")] string FullPath,
    [property: JsonPropertyName("path")] string Path,
    [property: JsonPropertyName("extra_args")] IReadOnlyDictionary<string, string> ExtraArgs,
    [property: JsonPropertyName("enqueued_at")] string EnqueuedAt,
    [property: JsonPropertyName("seen"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Seen)
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(RequestKey key, DateTimeOffset now, long? seen) => JsonSerializer.Serialize(
        new JobTicket(
            1,
            Guid.NewGuid().ToString("n"),
            key.FullPath,
            key.Path,
            key.Parameters.ToDictionary(p => p.Key, p => p.Value),
            now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture),
            seen),
        Json);

    /// <summary>The ticket's id and what its asker had seen; a hand-made ticket may have neither.</summary>
    public static (string Id, long? Seen) Read(string ticket)
    {
        try
        {
            using var json = JsonDocument.Parse(ticket);
            var id = json.RootElement.TryGetProperty("job_id", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";
            var seen = json.RootElement.TryGetProperty("seen", out var number) && number.ValueKind == JsonValueKind.Number
                && number.TryGetInt64(out var token) ? token : (long?)null;
            return (id, seen);
        }
        catch (JsonException)
        {
            return ("", null);
        }
    }
}
