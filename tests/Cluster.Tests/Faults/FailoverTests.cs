using System.Diagnostics;
using HttpSd.Cluster.Tests.Scale;
using HttpSd.Tests;

namespace HttpSd.Cluster.Tests.Faults;

/// <summary>Two operators on one lease: one works, the other follows. Alone, since it is timed.</summary>
[Collection(nameof(WholeMachine))]
public sealed class FailoverTests(FaultGround ground)
{
    private const string Elect = "Operator:LeaderElection=true";

    [Fact]
    public async Task Of_two_operators_one_works_and_the_other_follows_it()
    {
        await using var lane = await Lane.StartAsync(await ground.ClusterAsync());
        using var first = await lane.StartOperatorAsync(Elect);
        await Wait.UntilAsync(first.LeadsAsync, "nobody else wants the lease");
        using var second = await lane.StartOperatorAsync(Elect);
        await second.WaitReadyAsync();
        await lane.ApplyListAsync("one", "a:1");
        await lane.WaitReadyAsync("one");
        (await second.LeadsAsync()).Should().BeFalse();
        (await second.PatchesAsync()).Should().Be(0, "who doesn't lead doesn't write");
        (await first.PatchesAsync()).Should().BePositive();

        (await FollowAsync(lane, first, "TERM", "two")).Should().BeLessThan(4, "the other one looks at the lease every second");
        first.ExitCode.Should().Be(0);
        (await second.LeadsAsync()).Should().BeTrue();

        using var third = await lane.StartOperatorAsync(Elect);
        await third.WaitReadyAsync();
        (await FollowAsync(lane, second, "KILL", "three")).Should().BeLessThan(20, "the lease lasts for 12 s");
        (await third.LeadsAsync()).Should().BeTrue();
        (await lane.ReadDefinitionsAsync()).Keys.Should().BeEquivalentTo("one", "two", "three");
    }

    // From the signal until a new object is looked after.
    private static async Task<double> FollowAsync(Lane lane, Part leader, string signal, string name)
    {
        var since = Stopwatch.GetTimestamp();
        leader.Signal(signal);
        // Not before: a leader that ends still does what comes in.
        await leader.WaitExitAsync(Slowness.Bound(10));
        await lane.ApplyListAsync(name, "a:1");
        await lane.WaitReadyAsync(name, 30);
        return Stopwatch.GetElapsedTime(since).TotalSeconds;
    }
}
