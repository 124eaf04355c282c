using System.Text.RegularExpressions;

namespace HttpSd.Cli.Tests.Docs;

[Collection(ServedSamples.OneAtATime)]
public sealed partial class MetricsPageTests
{
    [Fact]
    public async Task The_page_of_metrics_names_exactly_those_that_there_are_with_their_types()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(ServedSamples.Root(), "docs", "metrics.md"));
        await using var samples = await ServedSamples.StartAsync(embedded: true);

        var (_, exposition) = await samples.RunAsync("curl -s http://localhost:8080/metrics http://localhost:8081/metrics");

        // The operator's are compared where there is an operator.
        Found(Row(), page[..page.IndexOf("## Operator", StringComparison.Ordinal)]).Should().BeEquivalentTo(Found(Type(), exposition).Distinct());
    }

    private static IEnumerable<string> Found(Regex pattern, string text) =>
        pattern.Matches(text).Select(m => $"{m.Groups[1].Value} {m.Groups[2].Value}");

    [GeneratedRegex(@"^\| `(httpsd_\w+)` \| (\w+)", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^# TYPE (httpsd_\w+) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Type();
}
