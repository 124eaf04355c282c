namespace HttpSd.Monitoring.Tests;

/// <summary>What a real Prometheus makes of the dashboard's queries and of the rules, when it scrapes all parts.</summary>
public sealed class LiveTests(MonitoredCluster live) : IClassFixture<MonitoredCluster>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    [Fact]
    public Task Every_query_of_the_dashboard_has_an_answer()
    {
        var left = DashboardQuery.ReadAll();

        return Eventually.IsAsync(
            async () =>
            {
                var without = new List<DashboardQuery>();
                foreach (var query in left)
                {
                    if (!query.Suits(await live.Prometheus.QueryAsync(query.Substituted)))
                        without.Add(query);
                }
                left = without;
                return left.Select(q => $"{q.Panel}: {q.Substituted}");
            },
            queries => !queries.Any(),
            Patience);
    }

    /// <summary>Pending or firing: their times are what promtool judges.</summary>
    [Fact]
    public async Task Alerts_say_what_is_wrong_and_nothing_else()
    {
        await Eventually.IsAsync(
            live.Prometheus.AlertsAsync,
            alerts => alerts.SequenceEqual(
            [
                "HttpsdDataStale hangs", "HttpsdDataStale my-service", "HttpsdGeneratorFailing hangs", "HttpsdGeneratorFailing my-service",
                "HttpsdGeneratorNotPublished PoolNotFound",
            ]),
            Patience);

        var (good, bad) = await live.Prometheus.RulesAsync();
        bad.Should().BeEmpty();
        good.Should().Be(AlertRule.ReadAll().Count);
    }

    /// <summary>Commands that read what a kubelet has, logs and Pods, find nothing here; all others do what they say.</summary>
    [Fact]
    public async Task Every_command_of_the_runbooks_succeeds()
    {
        using var terminal = new Terminal(live);
        await live.Cluster.MustAsync("wait", "tg/my-service", "-n", "monitoring", "--for=condition=Ready=False", "--timeout=30s");
        await live.Cluster.MustAsync("wait", "wp/default", "-n", "httpsd", "--for=condition=Ready", "--timeout=30s");
        var commands = Runbook.ReadAll().SelectMany(r => r.Commands.Select(c => (r.Name, Command: c))).ToList();

        commands.Select(c => c.Name).Distinct().Should().BeEquivalentTo(AlertRule.ReadAll().Select(r => r.Name));
        foreach (var (name, command) in commands)
        {
            var (exitCode, said) = await terminal.RunAsync(command);
            exitCode.Should().Be(0, $"{name} says `{command}`, which says {said}");
            said.Should().NotMatchRegex("^ERR|error:", $"{name} says `{command}`");
        }
    }
}
