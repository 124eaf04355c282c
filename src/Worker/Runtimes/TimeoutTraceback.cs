using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace HttpSd.Worker.Runtimes;

/// <summary>Makes of faulthandler's words, innermost call first, a traceback as Python users know it.</summary>
internal static partial class TimeoutTraceback
{
    private const string OwnFile = "<httpsd>", BootFile = "<string>", Cut = "  ...";
    private const string Unknown = "The stack is not known: the script takes no SIGUSR2, which asks for it.";

    /// <param name="dump">What faulthandler wrote; the thread that took the signal is its "Current thread".</param>
    /// <param name="sourceFile">The file whose source is known.</param>
    /// <param name="script">Its source.</param>
    public static string Build(string dump, string sourceFile, string script)
    {
        var start = dump.LastIndexOf("Current thread", StringComparison.Ordinal);
        var lines = dump[Math.Max(0, start)..].Split('\n').Skip(1)
            .TakeWhile(line => line.StartsWith("  ", StringComparison.Ordinal))
            .ToList();
        var isCut = lines.Count > 0 && lines[^1] == Cut;
        var frames = lines
            .Select(line => FrameLine().Match(line))
            .Where(match => match.Success && match.Groups["file"].Value != OwnFile)
            .Reverse()
            .ToList();

        // The command line that the interpreter was started with; what a script compiles itself has the same name.
        if (!isCut && frames is [var outermost, ..] && outermost.Groups["file"].Value == BootFile)
            frames.RemoveAt(0);
        if (frames.Count == 0)
            return lines.Count == 0 ? Unknown : "";

        var source = script.Split('\n');
        var text = new StringBuilder("Traceback (most recent call last):\n");
        if (isCut)
            text.Append(Cut).Append('\n');
        foreach (var frame in frames)
        {
            var (file, line) = (Plain(frame.Groups["file"].Value), frame.Groups["line"].Value);
            text.Append(CultureInfo.InvariantCulture, $"  File \"{file}\", line {line}, in {Plain(frame.Groups["function"].Value)}\n");
            if (file == sourceFile
                && int.TryParse(line, CultureInfo.InvariantCulture, out var number)
                && source.ElementAtOrDefault(number - 1)?.Trim() is { Length: > 0 } code)
                text.Append("    ").Append(code).Append('\n');
        }

        return text.Append("TimeoutError: Generator exceeded timeout limit").ToString();
    }

    /// <summary>It writes ASCII and escapes the rest.</summary>
    private static string Plain(string text) => Escape().Replace(text, match =>
        int.Parse(match.Groups["code"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var code
        && Rune.IsValid(code) ? new Rune(code).ToString() : match.Value);

    [GeneratedRegex(@"\\(?:x(?<code>[0-9a-f]{2})|u(?<code>[0-9a-f]{4})|U(?<code>[0-9a-f]{8}))")]
    private static partial Regex Escape();

    [GeneratedRegex("""^  File "(?<file>.*)", line (?<line>\d+|\?\?\?) in (?<function>.*)$""")]
    private static partial Regex FrameLine();
}
