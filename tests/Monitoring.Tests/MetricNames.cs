using System.Text.RegularExpressions;

namespace HttpSd.Monitoring.Tests;

/// <summary>The names of metrics: those that queries use and those that there are.</summary>
internal static partial class MetricNames
{
    private static readonly HashSet<string> Words = ["and", "or", "unless", "offset", "by", "on", "without", "ignoring"];
    private static readonly string[] Series = ["_bucket", "_sum", "_count"];

    /// <summary>What a query reads.</summary>
    public static IReadOnlyList<string> Of(string query)
    {
        var bare = Labels().Replace(Braces().Replace(query, " "), " ");
        return [.. Identifier().Matches(bare).Select(m => m.Value).Where(n => !Words.Contains(n)).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Of docs/metrics.md, histograms by the names of their series. Other tests compare that page with what processes show.</summary>
    public static async Task<IReadOnlyCollection<string>> DocumentedAsync()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Programs.Root, "docs", "metrics.md"));
        return [.. Row().Matches(page).SelectMany(m => m.Groups[2].Value == "histogram"
            ? Series.Select(end => m.Groups[1].Value + end)
            : [m.Groups[1].Value])];
    }

    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]|""[^""]*""")]
    private static partial Regex Braces();

    [GeneratedRegex(@"\b(by|on|without|ignoring)\s*\([^)]*\)")]
    private static partial Regex Labels();

    // No function, no duration.
    [GeneratedRegex(@"(?<![\w.])[a-zA-Z_:][\w:]*\b(?!\s*\()")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"^\| `(\w+)` \| (counter|gauge|histogram) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
