using HttpSd.Cluster.Tests.Scale;
using HttpSd.LocalCluster.Chaos;

namespace HttpSd.Cluster.Tests.Faults;

/// <summary>A short one of <c>make chaos</c>. Alone, since it takes the whole machine.</summary>
[Collection(nameof(WholeMachine))]
public sealed class ChaosTests
{
    [Fact]
    public async Task Whatever_is_hurt_Prometheus_keeps_its_targets_no_promise_is_broken_and_in_the_end_all_is_as_the_cluster_says()
    {
        using var run = new ChaosRun(new ChaosPlan(Seed: 20260102, TimeSpan.FromSeconds(25), Paths: 40), _ => { });

        var report = await run.RunAsync();

        report.Wrong.Should().BeEmpty();
        report.Faults.Values.Sum().Should().BeGreaterThan(3);
        report.Looks.Should().BeGreaterThan(5);
        report.Lists.Should().BeGreaterThan(100);
        report.History.Runs.Should().BeGreaterThan(100);
        report.History.Reloads.Should().BeGreaterThan(0);
    }
}
