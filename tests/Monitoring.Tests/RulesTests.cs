using System.Text.RegularExpressions;

namespace HttpSd.Monitoring.Tests;

public sealed partial class RulesTests
{
    private static readonly string Here = Path.Combine(Programs.Root, "tests", "Monitoring.Tests");

    [Fact]
    public async Task Prometheus_takes_the_rules() =>
        (await Promtool.MustAsync(Here, "check", "rules", AlertRule.File)).Should().Contain($"SUCCESS: {AlertRule.ReadAll().Count} rules found");

    [Fact]
    public async Task Each_alert_fires_when_it_should_and_only_then() =>
        (await Promtool.MustAsync(Here, "test", "rules", "rules_test.yaml")).Should().Contain("SUCCESS");

    [Fact]
    public async Task Each_alert_has_a_case_in_which_it_fires_and_one_in_which_it_does_not()
    {
        var cases = await File.ReadAllTextAsync(Path.Combine(Here, "rules_test.yaml"));
        var alerts = AlertRule.ReadAll().Select(r => r.Name);

        Silent().Matches(cases).Select(m => m.Groups[1].Value).Distinct().Should().BeEquivalentTo(alerts);
        Firing().Matches(cases).Select(m => m.Groups[1].Value).Distinct().Should().BeEquivalentTo(alerts);
    }

    [Fact]
    public void Each_alert_says_how_bad_it_is_what_it_is_and_where_help_is()
    {
        foreach (var rule in AlertRule.ReadAll())
        {
            rule.Name.Should().StartWith("Httpsd");
            rule.Severity.Should().BeOneOf("warning", "critical");
            rule.For.Should().MatchRegex("^[0-9]+m$");
            rule.Annotations.Keys.Should().BeEquivalentTo("summary", "description", "runbook_url");
            rule.Annotations["runbook_url"].Should().Be($"RUNBOOK_BASE_URL/{rule.Name}.md");
        }
    }

    [Fact]
    public async Task Each_alert_has_a_runbook_and_each_runbook_an_alert()
    {
        var documented = await MetricNames.DocumentedAsync();
        var runbooks = Runbook.ReadAll();

        runbooks.Select(r => r.Name).Should().BeEquivalentTo(AlertRule.ReadAll().Select(r => r.Name));
        foreach (var runbook in runbooks)
        {
            runbook.Headings.Should().Equal($"# {runbook.Name}", "## Meaning", "## Impact", "## Diagnose", "## Fix");
            runbook.Links.Should().BeSubsetOf(runbooks.Select(r => r.Name + ".md"));
            runbook.Metrics.Should().BeSubsetOf(documented);
        }
    }

    [Fact]
    public async Task Rules_read_only_metrics_that_there_are()
    {
        var documented = await MetricNames.DocumentedAsync();

        AlertRule.ReadAll().SelectMany(r => MetricNames.Of(r.Expression)).Should().BeSubsetOf(documented).And.Contain("httpsd_redis_up");
    }

    [Fact]
    public void What_every_process_exports_is_not_summed()
    {
        string[] queries = [.. AlertRule.ReadAll().Select(r => r.Expression), .. DashboardQuery.ReadAll().Select(q => q.Expression)];

        queries.Should().NotContain(q => SummedGauge().IsMatch(q));
    }

    [GeneratedRegex(@"eval_time: \w+, alertname: (\w+)\}")]
    private static partial Regex Silent();

    [GeneratedRegex(@"alertname: (\w+)\s+exp_alerts:")]
    private static partial Regex Firing();

    [GeneratedRegex(@"sum( by \([^)]*\))? \(((rate|increase)\()?(httpsd_(update_queue|pool_(?!objective|scale)|path_last|operator_generators|redis_up))")]
    private static partial Regex SummedGauge();
}
