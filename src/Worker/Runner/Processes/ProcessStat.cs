using System.Globalization;
using System.Text;

namespace HttpSd.Worker.Runner.Processes;

/// <summary>
/// What <c>/proc/PID</c> says about a process; null where it has gone meanwhile. It started so many clock ticks
/// after the machine, and has had so many of CPU time, with those of its children that it has waited for.
/// </summary>
internal sealed record ProcessStat(int Pid, int Parent, char State, int Group, int Session, long Started, long CpuTicks)
{
    /// <summary>A zombie runs nothing and can't be killed again.</summary>
    public bool IsAlive => State is not ('Z' or 'X' or 'x');

    public static ProcessStat? Read(int pid)
    {
        // The name is in brackets and may hold anything, brackets too.
        var text = ReadText($"/proc/{pid}/stat");
        var fields = text?[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields is { Length: > 19 }
            && int.TryParse(fields[1], CultureInfo.InvariantCulture, out var parent)
            && int.TryParse(fields[2], CultureInfo.InvariantCulture, out var group)
            && int.TryParse(fields[3], CultureInfo.InvariantCulture, out var session)
            && long.TryParse(fields[19], CultureInfo.InvariantCulture, out var started)
            ? new ProcessStat(pid, parent, fields[0][0], group, session, started, fields[11..15].Sum(Ticks))
            : null;
    }

    /// <summary>The children of all its threads.</summary>
    public static IEnumerable<int> Children(int pid)
    {
        string[] threads;
        try
        {
            threads = Directory.GetDirectories($"/proc/{pid}/task");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }

        return threads.SelectMany(thread => Numbers(ReadText($"{thread}/children")));
    }

    /// <summary>The value of a variable that it was started with.</summary>
    public static string? Variable(int pid, string name) =>
        ReadText($"/proc/{pid}/environ")?.Split('\0')
            .FirstOrDefault(pair => pair.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

    private static long Ticks(string field) => long.TryParse(field, CultureInfo.InvariantCulture, out var ticks) ? ticks : 0;

    private static IEnumerable<int> Numbers(string? text) =>
        text?.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(number => int.Parse(number, CultureInfo.InvariantCulture)) ?? [];

    private static string? ReadText(string file)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(file)).TrimEnd('\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
