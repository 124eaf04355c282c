using System.Text.Json;

namespace HttpSd.LocalCluster;

/// <summary>Finds in a process's log what it ended with.</summary>
internal static class LastWords
{
    private const int MaxLength = 300;

    /// <summary>The message of the last line that isn't a stack's, in one line.</summary>
    public static string Of(string log)
    {
        var line = log.Split('\n').LastOrDefault(l => l.Length > 0 && !char.IsWhiteSpace(l[0])) ?? "it said nothing";
        var text = Message(line) ?? line;
        return text.Length > MaxLength ? text[..MaxLength] + "…" : text;
    }

    private static string? Message(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.GetProperty("Message").GetString()?.ReplaceLineEndings(" ");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }
}
