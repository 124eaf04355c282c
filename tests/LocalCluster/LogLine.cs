using System.Text.Json;

namespace HttpSd.LocalCluster;

/// <summary>One line of a process's JSON log, for people.</summary>
internal sealed record LogLine(string Level, string Message)
{
    private const int MaxLength = 300;

    /// <summary>Somebody may have to do something.</summary>
    public bool IsTrouble => Level is "Warning" or "Error" or "Critical";

    /// <summary>Null when it is another kind of line.</summary>
    public static LogLine? Parse(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.GetProperty("LogLevel").GetString() is { } level && json.RootElement.GetProperty(nameof(Message)).GetString() is { } text
                ? new LogLine(level, text.ReplaceLineEndings(" "))
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The text, cut where it is too long for a look at it.</summary>
    public static string Cut(string text) => text.Length > MaxLength ? text[..MaxLength] + "…" : text;
}
