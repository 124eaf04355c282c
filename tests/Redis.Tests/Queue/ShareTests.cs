using HttpSd.Redis.Queue;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Queue;

/// <summary>A generator that crowds a worker's slots lets the others pass.</summary>
public sealed class ShareTests(Stores stores)
{
    private static readonly CrowdingGenerator Slow = new("/targets/slow", MayHaveMore: true);
    private static readonly CrowdingGenerator SlowAndFull = Slow with { MayHaveMore = false };

    [Theory, EveryStore]
    public async Task A_turned_job_still_counts_as_the_oldest_until_it_is_claimed(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.EnqueueAsync("slow");
        await Task.Delay(150, Corner.Stop);
        await corner.EnqueueAsync("quick");
        await corner.EnqueueAsync("other");

        (await corner.ClaimAsync(Slow))!.FullPath.Should().Be("/targets/quick");
        (await corner.TotalsAsync()).OldestPending.Should().BeGreaterThan(TimeSpan.FromMilliseconds(140));

        (await corner.ClaimAsync())!.FullPath.Should().Be("/targets/other");
        (await corner.ClaimAsync())!.FullPath.Should().Be("/targets/slow");
        await corner.EnqueueAsync("new");
        (await corner.TotalsAsync()).OldestPending.Should().BeLessThan(TimeSpan.FromMilliseconds(140));
    }

    [Theory, EveryStore]
    public async Task Others_pass_and_the_order_among_all_stays(StoreKind store)
    {
        await using var corner = await QueuedAsync(store, "slow", "slow?x=1", "other", "slow?x=2", "slower");

        (await corner.ClaimAsync(Slow))!.FullPath.Should().Be("/targets/other");
        (await corner.PendingAsync()).Should().Equal("slow?x=2", "slower", "slow", "slow?x=1");
        (await corner.ClaimAsync(SlowAndFull))!.FullPath.Should().Be("/targets/slower", "a longer name is another generator");
        (await corner.PendingAsync()).Should().Equal("slow", "slow?x=1", "slow?x=2");
    }

    [Theory, EveryStore]
    public async Task Alone_it_may_have_more_in_its_own_order(StoreKind store)
    {
        await using var corner = await QueuedAsync(store, "slow", "slow?x=1", "slow?x=2");

        (await corner.ClaimAsync(Slow))!.FullPath.Should().Be("/targets/slow");

        (await corner.PendingAsync()).Should().Equal("slow?x=1", "slow?x=2");
    }

    [Theory, EveryStore]
    public async Task Found_alone_a_moment_ago_its_jobs_stay_where_they_are(StoreKind store)
    {
        await using var corner = await QueuedAsync(store, "slow", "slow?x=1", "other");

        (await corner.ClaimAsync(SlowAndFull with { Passed = 0 })).Should().BeNull();
        (await corner.ClaimAsync(Slow with { Passed = 0 }))!.FullPath.Should().Be("/targets/slow");
        (await corner.ClaimAsync(Slow with { Passed = 1 }))!.FullPath.Should().Be("/targets/other");

        (await corner.PendingAsync()).Should().Equal("slow?x=1");
    }

    [Theory, EveryStore]
    public async Task The_last_slot_it_never_gets_and_its_jobs_stay_as_they_are(StoreKind store)
    {
        await using var corner = await QueuedAsync(store, "slow", "slow?x=1", "slow?x=2");

        (await corner.ClaimAsync(SlowAndFull)).Should().BeNull();

        (await corner.PendingAsync()).Should().Equal("slow", "slow?x=1", "slow?x=2");
        (await corner.ProcessingAsync()).Should().BeEmpty();
        (await corner.MustClaimAsync()).FullPath.Should().Be("/targets/slow", "another worker takes it");
    }

    [Theory, EveryStore]
    public async Task One_call_passes_over_a_bounded_number_and_the_next_goes_on(StoreKind store)
    {
        await using var corner = await QueuedAsync(store, [.. Enumerable.Range(0, 40).Select(i => $"slow?x={i}"), "other"]);

        (await corner.ClaimAsync(SlowAndFull)).Should().BeNull();
        (await corner.PendingAsync()).Take(9).Should().Equal([.. Enumerable.Range(32, 8).Select(i => $"slow?x={i}"), "other"]);
        (await corner.ClaimAsync(SlowAndFull))!.FullPath.Should().Be("/targets/other");

        (await corner.MustClaimAsync()).FullPath.Should().Be("/targets/slow?x=0", "what was passed over comes to the front again");
    }

    [Theory, EveryStore]
    public async Task Garbage_on_the_way_goes_and_a_copy_does_not_run(StoreKind store)
    {
        await using var corner = await QueuedAsync(store, "slow");
        await corner.Db.ListLeftPushAsync(corner.Pending, ["garbage", """{"full_path":"/targets/slow"}"""]);
        await corner.EnqueueAsync("other");

        (await corner.ClaimAsync(SlowAndFull))!.FullPath.Should().Be("/targets/other");
        (await corner.MustClaimAsync()).FullPath.Should().Be("/targets/slow");
        (await corner.ClaimAsync()).Should().BeNull();
        (await corner.TotalsAsync()).Should().BeEquivalentTo(new { Pending = 0, Processing = 2, Bad = 1, Duplicate = 1 });
    }

    [Theory, EveryStore]
    public async Task A_worker_that_left_the_rest_to_others_is_woken_by_the_next_job(StoreKind store)
    {
        await using var corner = await QueuedAsync(store, "slow", "slow?x=1");
        var woken = new SemaphoreSlim(0);
        await corner.Connection.SubscribeAsync(k => k.Wake(Corner.Pool), _ => woken.Release(), Corner.Stop);

        await corner.EnqueueAsync("quiet");
        (await woken.WaitAsync(200, Corner.Stop)).Should().BeFalse("the queue wasn't empty: its workers are busy");
        await corner.ClaimAsync(SlowAndFull);
        (await corner.ClaimAsync(SlowAndFull)).Should().BeNull();
        await corner.EnqueueAsync("other");

        (await woken.WaitAsync(TimeSpan.FromSeconds(10), Corner.Stop)).Should().BeTrue();
    }

    private async Task<Corner> QueuedAsync(StoreKind store, params string[] paths)
    {
        var corner = new Corner(stores, store);
        foreach (var path in paths)
            await corner.EnqueueAsync(path);
        return corner;
    }
}
