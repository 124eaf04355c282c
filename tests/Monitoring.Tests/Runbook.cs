using System.Text.RegularExpressions;

namespace HttpSd.Monitoring.Tests;

/// <summary>What to do about one alert.</summary>
internal sealed partial record Runbook(string Name, string Text)
{
    public static string Folder { get; } = Path.Combine(Programs.Root, "docs", "runbooks");

    public IEnumerable<string> Headings => Text.Split('\n').Where(l => l.StartsWith('#'));

    public IEnumerable<string> Links => Link().Matches(Text).Select(m => m.Groups[1].Value);

    public IEnumerable<string> Metrics => Metric().Matches(Text).Select(m => m.Value);

    /// <summary>One a line, of its shell blocks.</summary>
    public IEnumerable<string> Commands => Block().Matches(Text).SelectMany(m => m.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries));

    public static IReadOnlyList<Runbook> ReadAll() =>
        [.. Directory.GetFiles(Folder).Order(StringComparer.Ordinal).Select(f => new Runbook(Path.GetFileNameWithoutExtension(f), File.ReadAllText(f)))];

    [GeneratedRegex(@"\]\(([^)]+)\)")]
    private static partial Regex Link();

    // In a pattern of grep a name goes on after a bracket, and isn't one.
    [GeneratedRegex(@"httpsd_[a-z]\w*\b(?![(\w])")]
    private static partial Regex Metric();

    [GeneratedRegex(@"```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
