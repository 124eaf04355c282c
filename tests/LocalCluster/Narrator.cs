using System.Collections.Concurrent;

namespace HttpSd.LocalCluster;

/// <summary>
/// Shows what the processes log with the name of each in front: warnings and errors, and a repeated one once; or everything.
/// </summary>
internal sealed class Narrator(TextWriter output, bool verbose)
{
    private readonly ConcurrentDictionary<string, string> last = new();

    /// <summary>Takes a line of a process's log.</summary>
    public void Take(string room, string line)
    {
        var parsed = LogLine.Parse(line);
        if (verbose)
            output.WriteLine(parsed is null ? $"{room}: {line}" : $"{room} {Word(parsed)}: {parsed.Message}");
        else if (parsed is { IsTrouble: true } && Text(room, parsed) is var text && (!last.TryGetValue(room, out var before) || before != text))
            output.WriteLine(last[room] = text);
    }

    private static string Text(string room, LogLine line) => $"{room} {Word(line)}: {LogLine.Cut(line.Message)}";

    private static string Word(LogLine line) => line.Level == "Information" ? "info" : line.Level.ToLowerInvariant();
}
