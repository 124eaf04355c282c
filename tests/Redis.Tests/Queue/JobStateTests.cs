using HttpSd.Redis.Queue;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Queue;

public sealed class JobStateTests(Stores stores)
{
    [Theory, EveryStore]
    public async Task A_queued_job_says_its_position_and_a_running_one_its_worker(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var before = DateTimeOffset.UtcNow;
        foreach (var path in "abc")
            await corner.EnqueueAsync(path.ToString());
        await corner.ClaimAsync("worker-7|x");

        var (a, b, c) = (await corner.JobAsync("a"), await corner.JobAsync("b"), await corner.JobAsync("c"));

        a.Should().BeEquivalentTo(new { Running = true, WorkerId = "worker-7|x", Position = (long?)null });
        b.Should().BeEquivalentTo(new { Running = false, WorkerId = (string?)null, Position = 1L });
        c.Should().BeEquivalentTo(new { Running = false, WorkerId = (string?)null, Position = 2L });
        new[] { a!.Since, b!.Since, c!.Since }.Should().OnlyContain(
            since => since > before.AddSeconds(-1) && since < before.AddMinutes(1));
        (await corner.JobAsync("d")).Should().BeNull();
    }

    [Theory, EveryStore]
    public async Task A_job_whose_ticket_was_taken_out_by_hand_has_no_position(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.EnqueueAsync("a");
        await corner.Db.ListLeftPopAsync(corner.Pending);

        (await corner.JobAsync("a")).Should().BeEquivalentTo(new { Running = false, Position = (long?)null });
    }

    [Theory, EveryStore]
    public async Task Totals_are_zero_for_a_queue_that_never_was(StoreKind store)
    {
        await using var corner = new Corner(stores, store);

        (await corner.TotalsAsync()).Should().Be(new QueueTotals(0, 0, TimeSpan.Zero, 0, 0, 0, 0, 0, 0, 0, 0, 0));

        (await corner.KeysAsync()).Should().BeEmpty("reading leaves nothing behind");
    }

    [Theory, EveryStore]
    public async Task Totals_tell_the_age_of_the_oldest_pending_job(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.EnqueueAsync("old");
        await Task.Delay(120, Corner.Stop);
        await corner.EnqueueAsync("new");

        var totals = await corner.TotalsAsync();

        totals.Should().BeEquivalentTo(new { Pending = 2, Processing = 0, Enqueued = 2, Completed = 0 });
        totals.OldestPending.Should().BeGreaterThan(TimeSpan.FromMilliseconds(100)).And.BeLessThan(TimeSpan.FromMinutes(1));
    }
}
