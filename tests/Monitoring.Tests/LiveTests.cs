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
                    if ((await live.Prometheus.QueryAsync(query.Substituted)).Count == 0)
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
                "HttpsdDataStale always-fails", "HttpsdDataStale hangs", "HttpsdGeneratorFailing always-fails",
                "HttpsdGeneratorFailing hangs", "HttpsdGeneratorNotPublished PoolNotFound",
            ]),
            Patience);

        var (good, bad) = await live.Prometheus.RulesAsync();
        bad.Should().BeEmpty();
        good.Should().Be(AlertRule.ReadAll().Count);
    }
}
