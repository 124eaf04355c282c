using HttpSd.Tests;

namespace HttpSd.Cluster.Tests.Faults;

/// <summary>The API server is away for longer than a leader may go on without it.</summary>
public sealed class LongOutageTests(FragileCluster fragile) : IClassFixture<FragileCluster>
{
    private readonly LocalCluster.Cluster cluster = fragile.Cluster;

    [Fact]
    public async Task A_leader_ends_and_when_it_is_started_again_everything_is_as_the_cluster_says()
    {
        const string Elect = "Operator:LeaderElection=true";
        await using var lane = await Lane.StartAsync(cluster);
        using (var leader = await lane.StartOperatorAsync(Elect))
        {
            await lane.ApplyListAsync("goes", "a:1");
            await lane.ApplyListAsync("moves", "a:1", "from");
            await lane.WaitReadyAsync("goes");
            await lane.WaitReadyAsync("moves");

            cluster.Control.KillApiServer();
            // Its renew deadline, and what a stop may take.
            await leader.WaitExitAsync(Slowness.Bound(30));

            leader.ExitCode.Should().NotBe(0, "whoever started it is to start it again");
            (await lane.ReadDefinitionsAsync()).Keys.Should().BeEquivalentTo(["goes", "from"], "no answer is not an empty one");
        }
        await cluster.Control.RestartApiServerAsync();
        await lane.DeleteAsync("goes");
        await lane.ApplyListAsync("moves", "a:1", "to");
        await lane.ApplyListAsync("comes", "a:1");

        using var again = await lane.StartOperatorAsync(Elect);

        await Wait.UntilAsync(again.LeadsAsync, "the lease of the one before ends", 40);
        await lane.WaitReadyAsync("moves");
        await lane.WaitReadyAsync("comes");
        (await lane.ReadDefinitionsAsync()).Keys.Should().BeEquivalentTo("to", "comes");
    }
}
