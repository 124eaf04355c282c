using System.Globalization;
using System.Text;
using HttpSd.Core;
using Spectre.Console;

namespace HttpSd.Cli.Check;

/// <summary>
/// A line per generator, what is to be said of it below. Nothing is ever cut: without a terminal a line is as
/// long as it has to be, so that <c>grep</c> and logs see it whole; at a terminal a path that leaves no room
/// has a line of its own, and sentences break between words.
/// </summary>
internal sealed class CheckTable(IAnsiConsole console, int? width)
{
    private const string Indent = "    ";

    // OUTCOME, GROUPS, TARGETS and TIME with the gaps before them.
    private const int Columns = 38;

    // Without a terminal: one long path must not pad the lines of all others.
    private const int WidestPath = 80;

    private static readonly Style Good = new(Color.Green);
    private static readonly Style Bad = new(Color.Red);

    public void Write(IReadOnlyList<CheckResult> results)
    {
        var room = width is { } w ? Math.Max(w - Columns, 4) : WidestPath;
        var pathWidth = results.Select(r => VisibleText.Of(r.Path).Length).Where(l => l <= room).Append(4).Max();
        Row("PATH", pathWidth, "OUTCOME", Style.Plain, "GROUPS", "TARGETS", "TIME");
        foreach (var r in results)
        {
            var time = r.Seconds is { } s ? s.ToString("0.000", CultureInfo.InvariantCulture) + " s" : "-";
            Row(VisibleText.Of(r.Path), pathWidth, r.Outcome, r.Outcome == "success" ? Good : Bad, Number(r.Groups), Number(r.Targets), time);
            foreach (var warning in r.Warnings)
                Say("warning: " + warning);
            if (r.Error is { } e)
                Say($"{e.Type}: {e.Message}");
        }
    }

    private void Row(string path, int pathWidth, string outcome, Style style, string groups, string targets, string time)
    {
        if (path.Length > pathWidth && width is not null)
        {
            console.WriteLine(path);
            path = "";
        }
        console.Write(path.PadRight(pathWidth) + "  ");
        console.Write(outcome.PadRight(7), style);
        console.WriteLine($"  {groups,6}  {targets,7}  {time,10}");
    }

    private void Say(string text)
    {
        foreach (var line in Broken(VisibleText.Of(text.TrimEnd())))
            console.WriteLine(Indent + line);
    }

    private IEnumerable<string> Broken(string text)
    {
        if (width is not { } w)
        {
            yield return text;
            yield break;
        }
        var line = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && Indent.Length + line.Length + 1 + word.Length > w)
            {
                yield return line.ToString();
                line.Clear();
            }
            _ = (line.Length > 0 ? line.Append(' ') : line).Append(word);
        }
        yield return line.ToString();
    }

    private static string Number(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "-";
}
