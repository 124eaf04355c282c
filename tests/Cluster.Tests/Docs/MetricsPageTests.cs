using System.Text.RegularExpressions;

namespace HttpSd.Cluster.Tests.Docs;

public sealed partial class MetricsPageTests(LiveCluster live)
{
    [Fact]
    public async Task The_page_of_metrics_names_exactly_those_of_the_operator_with_their_types()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Programs.Root, "docs", "metrics.md"));
        var shared = page[page.IndexOf("## All", StringComparison.Ordinal)..];

        var shown = await live.Operator.MetricsAsync();

        Found(Row(), shared).Should().BeEquivalentTo(Found(Type(), shown));
    }

    private static IEnumerable<string> Found(Regex pattern, string text) =>
        pattern.Matches(text).Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value}");

    [GeneratedRegex(@"^\| `(\w+)` \| (\w+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^# TYPE ((?:httpsd|controller_runtime|workqueue|leader_election|rest_client)_\w+) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Type();
}
