using HttpSd.Redis.Queue;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Queue;

/// <summary>Autoscaling stands on the age of the oldest pending job, whatever went to the front since.</summary>
public sealed class OldestTests(Stores stores)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory, EveryStore]
    public async Task A_reload_at_the_front_does_not_hide_the_backlog(StoreKind store)
    {
        await using var corner = await OldAsync(store, "old");

        await corner.EnqueueAsync("reloaded", reload: true);

        (await corner.PendingAsync()).Should().Equal("reloaded", "old");
        (await corner.TotalsAsync()).OldestPending.Should().BeCloseTo(Hour, TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(StoreKind.Redis, FinishMode.Again)]
    [InlineData(StoreKind.Redis, FinishMode.Release)]
    [InlineData(StoreKind.Garnet, FinishMode.Again)]
    [InlineData(StoreKind.Garnet, FinishMode.Release)]
    public async Task A_job_put_back_waits_from_then_and_hides_nobody(StoreKind store, FinishMode mode)
    {
        await using var corner = await OldAsync(store, "first", "old");
        var job = await corner.MustClaimAsync();

        (await corner.FinishAsync(job, mode)).Should().BeTrue();

        (await corner.TotalsAsync()).OldestPending.Should().BeCloseTo(Hour, TimeSpan.FromMinutes(1));
        (await corner.MustClaimAsync()).FullPath.Should().Be("/targets/first");
        (await corner.MustClaimAsync()).FullPath.Should().Be("/targets/old");
        (await corner.TotalsAsync()).OldestPending.Should().Be(TimeSpan.Zero);
    }

    [Theory, EveryStore]
    public async Task A_job_taken_back_does_not_count_its_run_as_waiting(StoreKind store)
    {
        await using var corner = await OldAsync(store, "a");
        await corner.BeatAsync(await corner.MustClaimAsync());
        await corner.ExpireLeasesAsync();

        (await corner.SweepAsync()).Retaken.Should().Be(1);

        (await corner.TotalsAsync()).OldestPending.Should().BeLessThan(TimeSpan.FromMinutes(1));
    }

    [Theory, EveryStore]
    public async Task A_ticket_pushed_by_hand_hides_nobody_and_ages_from_the_next_sweep(StoreKind store)
    {
        await using var corner = await OldAsync(store, "old");
        await corner.Db.ListRightPushAsync(corner.Pending, """{"full_path":"/targets/by-hand"}""");

        (await corner.TotalsAsync()).OldestPending.Should().BeCloseTo(Hour, TimeSpan.FromMinutes(1));
        await corner.SweepAsync();
        (await corner.Db.SortedSetScoreAsync(corner.Waiting, "/targets/by-hand")).Should().NotBeNull();
    }

    [Theory, EveryStore]
    public async Task A_turned_job_keeps_its_age_through_sweeps(StoreKind store)
    {
        await using var corner = await OldAsync(store, "slow");
        await corner.EnqueueAsync("quick");
        await corner.EnqueueAsync("other");
        (await corner.ClaimAsync(new CrowdingGenerator("/targets/slow", MayHaveMore: true)))!.FullPath.Should().Be("/targets/quick");

        await corner.SweepAsync();

        (await corner.TotalsAsync()).OldestPending.Should().BeCloseTo(Hour, TimeSpan.FromMinutes(1));
    }

    [Theory, EveryStore]
    public async Task A_sweep_makes_the_ages_anew_when_their_key_is_lost(StoreKind store)
    {
        await using var corner = await OldAsync(store, "old");
        await corner.Db.KeyDeleteAsync(corner.Waiting);

        await corner.SweepAsync();

        (await corner.TotalsAsync()).OldestPending.Should().BeCloseTo(Hour, TimeSpan.FromMinutes(1));
    }

    [Theory, EveryStore]
    public async Task The_age_goes_with_the_queue(StoreKind store)
    {
        await using var corner = await OldAsync(store, "old");

        await corner.Db.KeyDeleteAsync(corner.Pending);

        (await corner.TotalsAsync()).OldestPending.Should().Be(TimeSpan.Zero);
    }

    [Theory, EveryStore]
    public async Task The_ticket_of_a_job_that_waits_long_is_not_looked_for_at_every_request(StoreKind store)
    {
        await using var corner = await OldAsync(store, "old");
        await corner.EnqueueAsync("other");
        var before = await MarkerAsync(corner);

        (await corner.EnqueueAsync("old")).Outcome.Should().Be(EnqueueOutcome.Queued);
        var looked = await MarkerAsync(corner);
        (await corner.EnqueueAsync("old")).Outcome.Should().Be(EnqueueOutcome.Queued);

        looked.Should().NotBe(before);
        (await MarkerAsync(corner)).Should().Be(looked, "it was there a moment ago");
        (await corner.TotalsAsync()).OldestPending.Should().BeCloseTo(Hour, TimeSpan.FromMinutes(1));
    }

    /// <summary>Jobs that have waited for an hour, without waiting for it.</summary>
    private async Task<Corner> OldAsync(StoreKind store, params string[] paths)
    {
        var corner = new Corner(stores, store);
        foreach (var path in paths)
        {
            await corner.EnqueueAsync(path);
            var full = "/targets/" + path;
            var marker = (string)(await corner.Db.HashGetAsync(corner.Jobs, full))!;
            var fields = marker.Split('|', 5);
            var since = long.Parse(fields[3], System.Globalization.CultureInfo.InvariantCulture) - (long)Hour.TotalMilliseconds;
            await corner.Db.HashSetAsync(corner.Jobs, full, $"{fields[0]}|{fields[1]}|{fields[2]}|{since}|{fields[4]}");
            await corner.Db.SortedSetAddAsync(corner.Waiting, full, since);
        }
        return corner;
    }

    private static async Task<string> MarkerAsync(Corner corner) =>
        (await corner.Db.HashGetAsync(corner.Jobs, "/targets/old")).ToString();
}
