namespace HttpSd.LocalCluster;

/// <summary>Finds in a process's log what it ended with.</summary>
internal static class LastWords
{
    /// <summary>The message of the last line that isn't a stack's, in one line.</summary>
    public static string Of(string log)
    {
        var line = log.Split('\n').LastOrDefault(l => l.Length > 0 && !char.IsWhiteSpace(l[0])) ?? "it said nothing";
        return LogLine.Cut(LogLine.Parse(line)?.Message ?? line);
    }
}
