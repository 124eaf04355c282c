using HttpSd.Redis.Queue;
using HttpSd.Redis.Tests.Cache;
using HttpSd.Tests;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace HttpSd.Redis.Tests.Faults;

/// <summary>Clocks that are wrong. Redis' own can't be set from here: what a step of it leaves behind is put there instead.</summary>
public sealed class ClockTests(Stores stores)
{
    private const long Minute = 60_000_000;

    [Theory]
    [InlineData(StoreKind.Redis, -1)]
    [InlineData(StoreKind.Redis, 1)]
    [InlineData(StoreKind.Garnet, -1)]
    [InlineData(StoreKind.Garnet, 1)]
    public async Task A_worker_an_hour_off_holds_its_lease_as_long_as_any_other(StoreKind store, int hours)
    {
        await using var corner = new Corner(stores, store);
        var off = new JobQueue(corner.Connection, Options.Create(corner.Options), new FakeTimeProvider(DateTimeOffset.UtcNow.AddHours(hours)));
        await off.EnqueueAsync(Corner.Pool, Core.Requests.RequestKey.Parse("/targets/x"), 0, false, Corner.Stop);
        (await corner.TotalsAsync()).OldestPending.Should().BeLessThan(TimeSpan.FromMinutes(1));

        var job = (await off.ClaimAsync(Corner.Pool, "off", Corner.Stop))!;
        (await corner.SweepAsync()).Retaken.Should().Be(0);
        (await off.BeatAsync(Corner.Pool, [(job, TimeSpan.FromHours(1))], Corner.Stop)).Should().Equal(LeaseState.Held);
        await corner.ExpireLeasesAsync();
        (await corner.SweepAsync()).Retaken.Should().Be(1);
        (await off.BeatAsync(Corner.Pool, [(job, TimeSpan.FromHours(1))], Corner.Stop)).Should().Equal(LeaseState.Lost);
    }

    [Theory, EveryStore]
    public async Task After_a_step_back_of_Redis_clock_tokens_rise_and_the_later_result_wins(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.EnqueueAsync("a?env=prod");
        var before = await corner.MustClaimAsync();
        await corner.FinishAsync(before);
        var ahead = before.Token + Minute;
        await corner.Db.HashSetAsync(corner.Control, "seq", ahead);
        (await corner.CommitAsync(ahead, "[1]")).Should().Be(Redis.Cache.CommitOutcome.Stored);

        await corner.EnqueueAsync("a?env=prod");
        var after = await corner.MustClaimAsync();

        after.Token.Should().BeGreaterThan(ahead);
        (await corner.CommitAsync(after.Token, "[2]")).Should().Be(Redis.Cache.CommitOutcome.Stored);
        (await corner.BodyAsync()).Should().Be("[2]");
    }

    [Theory, EveryStore]
    public async Task After_a_step_forward_of_Redis_clock_live_workers_keep_what_they_run(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        for (var n = 0; n < 20; n++)
            await corner.EnqueueAsync($"x{n}");
        var jobs = new List<ClaimedJob>();
        while (await corner.ClaimAsync() is { } job)
            jobs.Add(job);
        // As a minute later: every lease is over, and so is the last sweep's time.
        foreach (var path in await corner.Db.SortedSetRangeByRankAsync(corner.Leases))
            await corner.Db.SortedSetDecrementAsync(corner.Leases, path, 2 * Minute);
        await corner.SetLastSweepAsync(TimeSpan.FromMinutes(1));

        (await corner.Queue.SweepAsync(Corner.Pool, Corner.Stop))!.Retaken.Should().Be(0);

        foreach (var job in jobs)
            (await corner.BeatAsync(job)).Should().Be(LeaseState.Held);
        (await corner.ProcessingAsync()).Should().HaveCount(20);
    }
}
