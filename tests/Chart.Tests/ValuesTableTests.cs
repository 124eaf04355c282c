using System.Text;
using System.Text.RegularExpressions;

namespace HttpSd.Chart.Tests;

/// <summary>The table of values in the chart's README is made of the comments in values.yaml.</summary>
public sealed partial class ValuesTableTests
{
    private const string Begin = "<!-- The table is made of values.yaml; UPDATE_GOLDEN=1 rewrites it. -->\n";

    [Fact]
    public async Task The_table_is_what_values_yaml_says()
    {
        var file = Path.Combine(Helm.Chart, "README.md");
        var page = await File.ReadAllTextAsync(file);
        var wanted = page[..(page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)] + "\n" + Table();
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            await File.WriteAllTextAsync(file, wanted);

        (await File.ReadAllTextAsync(file)).Should().Be(wanted, "UPDATE_GOLDEN=1 rewrites it");
    }

    [Fact]
    public void Every_value_has_a_description()
    {
        var lines = File.ReadAllLines(Path.Combine(Helm.Chart, "values.yaml"));
        var described = Rows(lines).Select(r => r.Path).ToArray();

        // What holds others is described by them, or holds only what the user names.
        lines.Index().Where(l => Key().IsMatch(l.Item)).Select(l => PathOf(lines, l.Index))
            .Should().OnlyContain(p => described.Any(d => d == p || d.StartsWith(p + ".", StringComparison.Ordinal) || p.StartsWith(d + ".", StringComparison.Ordinal)));
        lines.Length.Should().BeLessThan(900);
    }

    private static string Table()
    {
        var table = new StringBuilder("| value | default | |\n|---|---|---|\n");
        foreach (var (path, text, value) in Rows(File.ReadAllLines(Path.Combine(Helm.Chart, "values.yaml"))))
            table.Append("| `").Append(path).Append("` | ").Append(value).Append(" | ").Append(text.Replace("|", "\\|", StringComparison.Ordinal)).Append(" |\n");
        return table.ToString();
    }

    private static IEnumerable<(string Path, string Text, string Value)> Rows(string[] lines)
    {
        for (var n = 0; n + 1 < lines.Length; n++)
        {
            if (Description().Match(lines[n]) is not { Success: true } description)
                continue;
            var key = Key().Match(lines[n + 1]);
            var value = key.Groups["value"].Value;
            if (value.Length == 0)
                value = string.Join(' ', Below(lines, n + 1, key.Groups["indent"].Length));
            yield return (PathOf(lines, n + 1), description.Groups[1].Value, $"`{value}`");
        }
    }

    private static IEnumerable<string> Below(string[] lines, int at, int indent) =>
        lines.Skip(at + 1).TakeWhile(l => l.Length - l.TrimStart().Length > indent).Select(l => l.Trim());

    private static string PathOf(string[] lines, int at)
    {
        var (path, indent) = ("", int.MaxValue);
        for (var n = at; n >= 0 && indent > 0; n--)
        {
            if (Key().Match(lines[n]) is not { Success: true } key || key.Groups["indent"].Length >= indent)
                continue;
            indent = key.Groups["indent"].Length;
            path = key.Groups["key"].Value + (path.Length > 0 ? "." : "") + path;
        }
        return path;
    }

    [GeneratedRegex("^ *# -- (.+)$")]
    private static partial Regex Description();

    [GeneratedRegex(@"^(?<indent> *)(?<key>[A-Za-z]+):(?: (?<value>.+))?$")]
    private static partial Regex Key();
}
