using System.Text.Json;
using System.Text.RegularExpressions;

namespace HttpSd.Cli.Tests.Docs;

/// <summary>
/// Compares an answer with the one that a page shows. What differs each time is compared by its form, and
/// <c>...</c> stands for anything.
/// </summary>
internal static partial class ShownAnswer
{
    private static readonly string[] Moments =
        ["updated_timestamp", "timestamp", "timestamp_human", "cache_age_seconds", "since", "enqueued_at", "processing_time", "next_retry"];

    private static readonly string[] Identities = ["job_id", "worker_id"];

    /// <summary>What is wrong with the answer; null when it is as shown.</summary>
    public static string? Difference(string kind, string shown, string actual) => kind switch
    {
        "json" => DifferenceOfJson(shown, actual),
        "text" => Matches(shown.Trim(), actual.Trim()) ? null : "the text differs",
        _ => null,
    };

    private static string? DifferenceOfJson(string shown, string actual)
    {
        using var expected = JsonDocument.Parse(shown);
        try
        {
            using var given = JsonDocument.Parse(actual);
            return Difference(expected.RootElement, given.RootElement, "");
        }
        catch (JsonException e)
        {
            return "it is not JSON: " + e.Message;
        }
    }

    private static string? Difference(JsonElement shown, JsonElement actual, string at)
    {
        var name = at[(at.LastIndexOf('.') + 1)..];
        if (shown.ValueKind != actual.ValueKind)
            return $"{at} is {actual.ValueKind}, not {shown.ValueKind}";
        if (Identities.Contains(name))
            return actual.ToString().Length > 0 ? null : $"{at} is empty";
        if (Moments.Contains(name))
            return shown.ValueKind == JsonValueKind.Number || Form(shown.ToString()) == Form(actual.ToString()) ? null : $"{at} has the form of {actual}, not of {shown}";
        switch (shown.ValueKind)
        {
            case JsonValueKind.Object:
                var (wanted, given) = (Keys(shown), Keys(actual));
                return wanted == given
                    ? shown.EnumerateObject().Select(p => Difference(p.Value, actual.GetProperty(p.Name), at + "." + p.Name)).FirstOrDefault(d => d is not null)
                    : $"{at} has the keys {given}, not {wanted}";
            case JsonValueKind.Array:
                return shown.GetArrayLength() == actual.GetArrayLength()
                    ? shown.EnumerateArray().Zip(actual.EnumerateArray(), (s, a) => Difference(s, a, at + "[]")).FirstOrDefault(d => d is not null)
                    : $"{at} has {actual.GetArrayLength()} elements, not {shown.GetArrayLength()}";
            default:
                return Matches(shown.ToString(), actual.ToString()) ? null : $"{at} is {actual}, not {shown}";
        }
    }

    private static string Keys(JsonElement element) =>
        string.Join(", ", element.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));

    private static string Form(string value) => Digits().Replace(value, "0");

    private static bool Matches(string shown, string actual) => Regex.IsMatch(
        actual.ReplaceLineEndings("\n"),
        @"\A" + Regex.Escape(shown).Replace(@"\.\.\.", @"[\s\S]*?", StringComparison.Ordinal) + @"\z",
        RegexOptions.None,
        TimeSpan.FromSeconds(5));

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
