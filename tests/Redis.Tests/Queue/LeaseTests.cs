using HttpSd.Redis.Queue;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Queue;

public sealed class LeaseTests(Stores stores)
{
    [Theory, EveryStore]
    public async Task A_job_whose_worker_died_runs_again_and_outranks_the_lost_run(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.EnqueueAsync("a", want: 3);
        var lost = await corner.MustClaimAsync();
        await corner.BeatAsync(lost);

        await corner.ExpireLeasesAsync();
        (await corner.SweepAsync()).Should().BeEquivalentTo(new SweepReport(1, 0, 0, []));

        var next = await corner.MustClaimAsync();
        next.Should().BeEquivalentTo(new { lost.JobId, WantedRevision = 3L, Stalls = 1, LostToken = lost.Token });
        next.Token.Should().BeGreaterThan(lost.Token);
        (await corner.BeatAsync(lost)).Should().Be(LeaseState.Lost);
        (await corner.FinishAsync(lost)).Should().BeFalse();
        (await corner.BeatAsync(next)).Should().Be(LeaseState.Held);
        (await corner.TotalsAsync()).Reaped.Should().Be(1);
    }

    [Theory, EveryStore]
    public async Task A_silent_worker_loses_its_job_by_the_clock_of_the_store(StoreKind store)
    {
        var options = new QueueOptions
        {
            Lease = TimeSpan.FromMilliseconds(300),
            LeaseGrace = TimeSpan.FromMilliseconds(100),
            SweepInterval = TimeSpan.FromSeconds(10),
        };
        await using var corner = new Corner(stores, store, options);
        await corner.EnqueueAsync("a");
        var job = await corner.MustClaimAsync();
        await corner.BeatAsync(job);
        (await corner.SweepAsync()).Retaken.Should().Be(0);

        await Task.Delay(500, Corner.Stop);

        (await corner.SweepAsync()).Retaken.Should().Be(1);
        (await corner.PendingAsync()).Should().Equal("a");
    }

    [Theory, EveryStore]
    public async Task A_beat_renews_a_lease_that_is_over_but_not_yet_taken(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.EnqueueAsync("a");
        var job = await corner.MustClaimAsync();
        await corner.ExpireLeasesAsync();

        (await corner.BeatAsync(job)).Should().Be(LeaseState.Held);

        (await corner.SweepAsync()).Retaken.Should().Be(0);
    }

    [Theory, EveryStore]
    public async Task A_run_that_takes_longer_than_it_may_is_lost(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.EnqueueAsync("a");
        var job = await corner.MustClaimAsync();

        await Task.Delay(20, Corner.Stop);

        (await corner.BeatAsync(job, longest: TimeSpan.FromMilliseconds(10))).Should().Be(LeaseState.Lost);
    }

    [Theory, EveryStore]
    public async Task One_call_renews_all_runs_of_a_worker_in_their_order(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        foreach (var path in "abc")
            await corner.EnqueueAsync(path.ToString());
        var (a, b, c) = (await corner.MustClaimAsync(), await corner.MustClaimAsync(), await corner.MustClaimAsync());
        await corner.FinishAsync(a);
        await corner.EnqueueAsync("b", reload: true);

        var states = await corner.Queue.BeatAsync(
            Corner.Pool, [.. new[] { a, b, c }.Select(job => (job, TimeSpan.FromMinutes(1)))], Corner.Stop);

        states.Should().Equal(LeaseState.Lost, LeaseState.Superseded, LeaseState.Held);
        (await corner.Queue.BeatAsync(Corner.Pool, [], Corner.Stop)).Should().BeEmpty();
    }

    [Theory, EveryStore]
    public async Task A_job_that_kills_its_workers_is_given_up_after_a_bounded_number_of_stalls(StoreKind store)
    {
        await using var corner = new Corner(stores, store, new QueueOptions { MaxStalls = 2 });
        await corner.EnqueueAsync("a");

        for (var stall = 0; stall < 2; stall++)
        {
            await corner.BeatAsync(await corner.MustClaimAsync());
            await corner.ExpireLeasesAsync();
            (await corner.SweepAsync()).Poison.Should().BeEmpty();
        }
        var last = await corner.MustClaimAsync();
        last.Stalls.Should().Be(2);
        await corner.BeatAsync(last);
        await corner.ExpireLeasesAsync();

        var given = (await corner.SweepAsync()).Poison.Should().ContainSingle().Subject;
        given.FullPath.Should().Be("/targets/a");
        given.Token.Should().BeGreaterThan(last.Token);
        (await corner.BeatAsync(last)).Should().Be(LeaseState.Lost);
        (await corner.FinishAsync(given)).Should().BeTrue();
        (await corner.JobAsync("a")).Should().BeNull();
        (await corner.TotalsAsync()).Should().BeEquivalentTo(new { Pending = 0, Processing = 0, Enqueued = 1, Completed = 1, Dropped = 0, Reaped = 2 });
        (await corner.EnqueueAsync("a")).Outcome.Should().Be(EnqueueOutcome.Enqueued);
    }

    [Theory, EveryStore]
    public async Task A_job_that_was_given_up_is_told_of_again_when_the_first_to_hear_of_it_dies(StoreKind store)
    {
        await using var corner = new Corner(stores, store, new QueueOptions { MaxStalls = 0 });
        await corner.EnqueueAsync("a");
        await corner.BeatAsync(await corner.MustClaimAsync());
        await corner.ExpireLeasesAsync();
        var heard = (await corner.SweepAsync()).Poison.Single();
        (await corner.SweepAsync()).Poison.Should().BeEmpty("it has a lease to tell of it");
        (await corner.EnqueueAsync("a")).Outcome.Should().Be(EnqueueOutcome.Running, "it doesn't run again meanwhile");
        await corner.ExpireLeasesAsync();

        var again = (await corner.SweepAsync()).Poison.Single();

        again.FullPath.Should().Be("/targets/a");
        (await corner.FinishAsync(heard)).Should().BeFalse();
        (await corner.EnqueueAsync("a", reload: true)).Outcome.Should().Be(EnqueueOutcome.RunsAgain);
        (await corner.FinishAsync(again)).Should().BeTrue();
        (await corner.MustClaimAsync()).Stalls.Should().Be(0, "who reloads has mended the script, for all that is known");
    }

    [Theory, EveryStore]
    public async Task A_claim_that_never_began_counts_no_stall(StoreKind store)
    {
        await using var corner = new Corner(stores, store, new QueueOptions { MaxStalls = 0 });
        await corner.EnqueueAsync("a");

        for (var i = 0; i < 4; i++)
        {
            await corner.MustClaimAsync();
            await corner.ExpireLeasesAsync();
            (await corner.SweepAsync()).Should().BeEquivalentTo(new SweepReport(1, 0, 0, []));
        }

        (await corner.MustClaimAsync()).Stalls.Should().Be(0);
    }

    [Theory, EveryStore]
    public async Task A_released_job_goes_to_the_front_and_counts_no_attempt(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.EnqueueAsync("a");
        await corner.EnqueueAsync("b");
        var job = await corner.MustClaimAsync();
        await corner.BeatAsync(job);

        (await corner.FinishAsync(job, FinishMode.Release)).Should().BeTrue();

        (await corner.PendingAsync()).Should().Equal("a", "b");
        (await corner.MustClaimAsync()).Should().BeEquivalentTo(new { job.JobId, Stalls = 0, LostToken = 0L });
        (await corner.TotalsAsync()).Should().BeEquivalentTo(new { Enqueued = 2, Completed = 0, Pending = 1, Processing = 1 });
    }

    [Theory, EveryStore]
    public async Task A_run_whose_result_may_not_be_stored_is_put_back_as_new_demand(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.EnqueueAsync("a");
        var job = await corner.MustClaimAsync();

        (await corner.FinishAsync(job, FinishMode.Again)).Should().BeTrue();
        (await corner.FinishAsync(job, FinishMode.Again)).Should().BeFalse("the reply may be lost and the call repeated");

        (await corner.PendingAsync()).Should().Equal("a");
        (await corner.TotalsAsync()).Should().BeEquivalentTo(new { Enqueued = 2, Completed = 1, Pending = 1, Processing = 0 });
    }

    [Theory, EveryStore]
    public async Task Demand_for_one_more_run_survives_the_death_of_the_first(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.EnqueueAsync("a", want: 1);
        var lost = await corner.MustClaimAsync();
        await corner.BeatAsync(lost);
        await corner.EnqueueAsync("a", want: 2);
        await corner.ExpireLeasesAsync();
        await corner.SweepAsync();

        var next = await corner.MustClaimAsync();

        next.WantedRevision.Should().Be(2);
        next.LostToken.Should().Be(0, "the lost run's result, if it stored one, is not what was asked for");
    }

    [Theory]
    [InlineData(StoreKind.Redis, 2, false)]
    [InlineData(StoreKind.Redis, 1, true)]
    [InlineData(StoreKind.Garnet, 2, false)]
    [InlineData(StoreKind.Garnet, 1, true)]
    public async Task Newer_demand_for_a_job_taken_back_is_not_met_by_what_the_lost_run_stored(StoreKind store, long want, bool reload)
    {
        await using var corner = new Corner(stores, store);
        await corner.EnqueueAsync("a", want: 1);
        await corner.BeatAsync(await corner.MustClaimAsync());
        await corner.ExpireLeasesAsync();
        await corner.SweepAsync();

        await corner.EnqueueAsync("a", want, reload);

        (await corner.MustClaimAsync()).LostToken.Should().Be(0);
    }
}
