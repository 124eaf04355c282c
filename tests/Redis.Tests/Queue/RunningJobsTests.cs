using HttpSd.Redis.Queue;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Queue;

public sealed class RunningJobsTests(Stores stores)
{
    [Theory, EveryStore]
    public async Task Each_worker_s_oldest_run_is_told_and_what_waits_or_has_ended_is_not(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        foreach (var path in "abcde")
            await corner.EnqueueAsync(path.ToString());
        await corner.ClaimAsync("worker-1");
        await Task.Delay(150, Corner.Stop);
        await corner.ClaimAsync("worker-1");
        await corner.ClaimAsync("worker|2");
        await corner.FinishAsync((await corner.ClaimAsync("worker-3"))!);

        var ages = await new RunningJobs(corner.Connection).ReadAsync(Corner.Pool, Corner.Stop);

        ages.Keys.Should().BeEquivalentTo("worker-1", "worker|2");
        ages["worker-1"].Should().BeGreaterThan(TimeSpan.FromMilliseconds(140)).And.BeLessThan(TimeSpan.FromMinutes(1));
        ages["worker-1"].Should().BeGreaterThan(ages["worker|2"]);
    }

    [Theory, EveryStore]
    public async Task Reading_leaves_nothing_behind_and_a_ticket_made_by_hand_is_nobody_s(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var running = new RunningJobs(corner.Connection);
        (await running.ReadAsync(Corner.Pool, Corner.Stop)).Should().BeEmpty();
        (await corner.KeysAsync()).Should().BeEmpty();

        await corner.Db.ListLeftPushAsync(corner.Processing, ["no job", """{"full_path":"/targets/x"}"""]);
        (await running.ReadAsync(Corner.Pool, Corner.Stop)).Should().BeEmpty();
    }
}
