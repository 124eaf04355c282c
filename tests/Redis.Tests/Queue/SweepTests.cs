using HttpSd.Redis.Queue;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Queue;

public sealed class SweepTests(Stores stores)
{
    [Theory, EveryStore]
    public async Task Of_many_workers_one_sweeps_per_interval(StoreKind store)
    {
        await using var corner = new Corner(stores, store);

        var reports = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => corner.Queue.SweepAsync(Corner.Pool, Corner.Stop)));

        reports.Should().ContainSingle(report => report != null);
        (await corner.Queue.SweepAsync(Corner.Pool, Corner.Stop)).Should().BeNull();
    }

    [Theory, EveryStore]
    public async Task A_clock_that_went_back_does_not_stop_the_sweeps(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.SetLastSweepAsync(ago: TimeSpan.FromHours(-2));

        (await corner.Queue.SweepAsync(Corner.Pool, Corner.Stop)).Should().NotBeNull();
    }

    [Theory, EveryStore]
    public async Task After_an_outage_live_owners_get_time_to_beat_again(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.EnqueueAsync("a");
        var job = await corner.MustClaimAsync();
        await corner.BeatAsync(job);
        await corner.ExpireLeasesAsync();

        await corner.SetLastSweepAsync(corner.Options.SweepInterval * 6);
        (await corner.Queue.SweepAsync(Corner.Pool, Corner.Stop)).Should().BeEquivalentTo(new SweepReport(0, 0, 0, []));
        (await corner.SweepAsync()).Retaken.Should().Be(0);

        (await corner.BeatAsync(job)).Should().Be(LeaseState.Held);
    }

    [Theory, EveryStore]
    public async Task A_quiet_queue_is_left_as_it_is(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        foreach (var path in "abc")
            await corner.EnqueueAsync(path.ToString());
        var job = await corner.MustClaimAsync();

        (await corner.SweepAsync()).Should().BeEquivalentTo(new SweepReport(0, 0, 0, []));

        (await corner.PendingAsync()).Should().Equal("b", "c");
        (await corner.ProcessingAsync()).Should().Equal("a");
        (await corner.BeatAsync(job)).Should().Be(LeaseState.Held);
    }

    [Theory, EveryStore]
    public async Task Cancelled_jobs_are_gone_queued_or_running(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        foreach (var path in "abc")
            await corner.EnqueueAsync(path.ToString());
        var running = await corner.MustClaimAsync();

        var answer = await corner.Queue.CancelAsync(Corner.Pool, ["/targets/a", "/targets/c", "/targets/unknown"], Corner.Stop);

        answer.Cancelled.Should().Be(2);
        answer.Floor.Should().BeGreaterThan(running.Token);

        (await corner.BeatAsync(running)).Should().Be(LeaseState.Lost);
        (await corner.PendingAsync()).Should().Equal("b");
        (await corner.ProcessingAsync()).Should().BeEmpty();
        (await corner.TotalsAsync()).Should().BeEquivalentTo(new { Enqueued = 3, Completed = 0, Dropped = 2 });
        (await corner.SweepAsync()).Should().BeEquivalentTo(new SweepReport(0, 0, 0, []));
        (await corner.Queue.CancelAsync(Corner.Pool, [], Corner.Stop)).Should().Be(default(CancelResult));
        (await corner.Queue.CancelAsync(Corner.Pool, ["/targets/b"], Corner.Stop)).Should().Be(new CancelResult(1, 0));
    }

    [Theory, EveryStore]
    public async Task Pools_do_not_see_each_other(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.EnqueueAsync("a");
        (await corner.Queue.ClaimAsync("gpu", "worker-1", Corner.Stop)).Should().BeNull();
        (await corner.Queue.ReadTotalsAsync("gpu", Corner.Stop)).Pending.Should().Be(0);
    }
}
