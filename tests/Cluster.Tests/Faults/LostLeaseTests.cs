using HttpSd.Tests;
using k8s;

namespace HttpSd.Cluster.Tests.Faults;

/// <summary>A leader whose lease is somebody else's writes nothing more and ends.</summary>
public sealed class LostLeaseTests(FaultGround ground)
{
    private const string Elect = "Operator:LeaderElection=true";

    [Fact]
    public async Task A_leader_whose_lease_was_edited_by_hand_ends()
    {
        await using var lane = await Lane.StartAsync(await ground.ClusterAsync());
        using var leader = await lane.StartOperatorAsync(Elect);
        await Wait.UntilAsync(leader.LeadsAsync, "nobody else wants the lease");

        var patch = new k8s.Models.V1Patch("""{"spec":{"holderIdentity":"a-person"}}""", k8s.Models.V1Patch.PatchType.MergePatch);
        await lane.Admin.CoordinationV1.PatchNamespacedLeaseAsync(patch, lane.Name + "-leader", lane.Name);

        await leader.WaitExitAsync(Slowness.Bound(15));
        leader.ExitCode.Should().NotBe(0, "whoever started it is to start it again");
        leader.Log.Should().Contain("a-person", "the log says who took it");
    }

    [Fact]
    public async Task A_leader_that_slept_longer_than_its_lease_writes_nothing_and_ends()
    {
        await using var lane = await Lane.StartAsync(await ground.ClusterAsync());
        using var sleeper = await lane.StartOperatorAsync(Elect);
        await lane.ApplyListAsync("busy", "a:1");
        await lane.WaitReadyAsync("busy");
        using var follower = await lane.StartOperatorAsync(Elect);
        await follower.WaitReadyAsync();

        sleeper.Signal("STOP");
        // What it will find in its watch when it wakes: states that are long over.
        for (var i = 0; i < 30; i++)
        {
            await lane.ApplyListAsync("busy", $"old:{i + 1}");
            await lane.ApplyListAsync($"old-{i}", "a:1", "shared");
        }
        await lane.ApplyListAsync("busy", "new:1");
        await Wait.UntilAsync(follower.LeadsAsync, "the lease of a sleeper ends", 25);
        await lane.WaitReadyAsync("busy");
        for (var i = 0; i < 30; i++)
            await lane.DeleteAsync($"old-{i}");
        await Wait.UntilAsync(async () => (await lane.ReadDefinitionsAsync()).Count == 1, "one path is left");
        await Task.Delay(500);
        var before = await StateAsync(lane);

        sleeper.Signal("CONT");
        await sleeper.WaitExitAsync(Slowness.Bound(15));

        sleeper.ExitCode.Should().NotBe(0);
        (await StateAsync(lane)).Should().Be(before, "the other one leads");
        (await lane.ReadScriptAsync("busy")).Should().Contain("new:1");
        (await follower.LeadsAsync()).Should().BeTrue();
    }

    private static async Task<(string? Revision, string Version)> StateAsync(Lane lane) => (
        await lane.InRedisAsync(async (db, keys) => (string?)await db.HashGetAsync(keys.Definitions[2], "rev")),
        (await lane.FindAsync("busy"))!["metadata"]!["resourceVersion"]!.GetValue<string>());
}
