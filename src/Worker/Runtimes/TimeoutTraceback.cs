using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace HttpSd.Worker.Runtimes;

/// <summary>Makes of faulthandler's words, innermost call first, a traceback as Python users know it.</summary>
internal static partial class TimeoutTraceback
{
    private const string OwnFile = "<httpsd>";

    /// <param name="dump">What faulthandler wrote; the thread that took the signal is its "Current thread".</param>
    /// <param name="sourceFile">The file whose source is known.</param>
    /// <param name="script">Its source.</param>
    public static string Build(string dump, string sourceFile, string script)
    {
        var start = dump.IndexOf("Current thread", StringComparison.Ordinal);
        var frames = dump[Math.Max(0, start)..].Split('\n').Skip(1)
            .TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal))
            .Select(line => FrameLine().Match(line))
            .Where(match => match.Success && match.Groups["file"].Value is not (OwnFile or "<string>"))
            .Reverse()
            .ToList();
        if (frames.Count == 0)
            return "";

        var source = script.Split('\n');
        var text = new StringBuilder("Traceback (most recent call last):\n");
        foreach (var frame in frames)
        {
            var (file, line) = (frame.Groups["file"].Value, frame.Groups["line"].Value);
            text.Append(CultureInfo.InvariantCulture, $"  File \"{file}\", line {line}, in {frame.Groups["function"]}\n");
            if (file == sourceFile
                && int.TryParse(line, CultureInfo.InvariantCulture, out var number)
                && source.ElementAtOrDefault(number - 1)?.Trim() is { Length: > 0 } code)
                text.Append("    ").Append(code).Append('\n');
        }

        return text.Append("TimeoutError: Generator exceeded timeout limit").ToString();
    }

    [GeneratedRegex("""^  File "(?<file>.*)", line (?<line>\d+|\?\?\?) in (?<function>.*)$""")]
    private static partial Regex FrameLine();
}
