using System.Diagnostics;
using HttpSd.LocalCluster.Scale;

namespace HttpSd.Cluster.Tests.Scale;

/// <summary>Counts, never times, with many objects. Alone, since it takes the whole machine.</summary>
[Collection(nameof(WholeMachine))]
public sealed class ScaleTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Ten_thousand_objects_are_published_with_a_status_and_the_next_operator_writes_nothing()
    {
        const int objects = 10_000;
        await using var cluster = await LocalCluster.Cluster.StartAsync();
        using var fleet = new Fleet(cluster, "default");
        await using var runs = new PlayedRuns(cluster.Redis.Url);
        await fleet.CreateAsync(objects, _ => new { staticTargets = new[] { new { targets = new[] { "h:1" } } } });

        using (var first = await StartOperatorAsync(cluster))
        {
            await PartFigures.WaitAsync(first, f => f.Reconciles >= objects, Patience);
            (await runs.ReadDefinitionsAsync(TestContext.Current.CancellationToken)).Should().HaveCount(objects);
            (await fleet.CountReasonsAsync()).Should().BeEquivalentTo(new Dictionary<string, int> { ["Static"] = objects });
        }

        using var second = await StartOperatorAsync(cluster);
        var figures = await PartFigures.WaitAsync(second, f => f.Reconciles >= objects, Patience);

        figures.Writes.Should().Be(0);
    }

    [Fact]
    public async Task Five_hundred_objects_whose_generators_run_all_the_time_are_not_written_to()
    {
        const int objects = 500;
        await using var cluster = await LocalCluster.Cluster.StartAsync();
        using var fleet = new Fleet(cluster, "default");
        await using var runs = new PlayedRuns(cluster.Redis.Url);
        await fleet.CreateAsync(objects, _ => new { script = "def generate_targets(**params): return []", cacheTTL = "1s" });
        // Whatever could be written is written at once and all of it is looked up often, or half a minute would prove little.
        using var op = await StartOperatorAsync(cluster, "Operator:StatusInterval=00:00:01", "Operator:RunSweepInterval=00:00:05", "Operator:ResyncInterval=00:00:10");
        await PartFigures.WaitAsync(op, f => f.Patches >= objects, Patience);
        var definitions = await runs.ReadDefinitionsAsync(TestContext.Current.CancellationToken);
        await runs.RunAllAsync(definitions, TestContext.Current.CancellationToken);
        await PartFigures.WaitAsync(op, f => f.Patches >= 2 * objects, Patience);

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var going = runs.GoOnAsync(definitions, runsPerSecond: 200, ended.Token);
        var (before, stored) = (await SettledAsync(op), runs.Committed);
        await Task.Delay(TimeSpan.FromSeconds(25), TestContext.Current.CancellationToken);
        var after = await PartFigures.ReadAsync(op);
        var storedMeanwhile = runs.Committed - stored;
        await ended.CancelAsync();
        await going;

        (after.Writes - before.Writes).Should().Be(0);
        storedMeanwhile.Should().BeGreaterThan(objects, "each of them ran, or nothing was tried");
        (await fleet.CountReasonsAsync()).Should().BeEquivalentTo(new Dictionary<string, int> { ["RunSucceeded"] = objects });
    }

    private static async Task<Part> StartOperatorAsync(LocalCluster.Cluster cluster, params string[] settings)
    {
        var op = await cluster.StartOperatorAsync(null, ["Operator:LeaderElection=false", .. settings]);
        await op.WaitReadyAsync();
        return op;
    }

    // Events are written after the statuses, and what the first runs brought may still be under way. An operator
    // that never stops writing must not hold the test up: what it goes on to write fails it.
    private static async Task<PartFigures> SettledAsync(Part op)
    {
        var since = Stopwatch.GetTimestamp();
        for (var before = await PartFigures.ReadAsync(op); ; before = await PartFigures.ReadAsync(op))
        {
            await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
            if ((await PartFigures.ReadAsync(op)).Writes == before.Writes || Stopwatch.GetElapsedTime(since) > TimeSpan.FromMinutes(1))
                return before;
        }
    }
}
