using HttpSd.Redis.Connection;
using HttpSd.Redis.Queue;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Queue;

/// <summary>What a person does to the lists with redis-cli does no lasting harm.</summary>
public sealed class HandTests(Stores stores)
{
    public enum Damage
    {
        DelPending, PopPending, DelProcessing, PopProcessing, DelJobs, DelLeases, PopLease, DelControl, DelWaiting,
    }

    public static TheoryData<StoreKind, Damage> EveryDamage()
    {
        var data = new TheoryData<StoreKind, Damage>();
        foreach (var store in Enum.GetValues<StoreKind>())
        {
            foreach (var damage in Enum.GetValues<Damage>())
                data.Add(store, damage);
        }
        return data;
    }

    [Theory, MemberData(nameof(EveryDamage))]
    public async Task After_one_sweep_every_path_can_be_asked_for_and_run_again(StoreKind store, Damage damage)
    {
        await using var corner = new Corner(stores, store);
        string[] paths = ["running", "beaten", "next", "last"];
        foreach (var path in paths)
            await corner.EnqueueAsync(path);
        await corner.MustClaimAsync();
        await corner.BeatAsync(await corner.MustClaimAsync());

        await DoAsync(corner, damage);
        await corner.SweepAsync();
        foreach (var path in paths)
            await corner.EnqueueAsync(path);
        // The owners are dead too: what they held has to come back.
        await corner.ExpireLeasesAsync();
        await corner.SweepAsync();

        (await corner.PendingAsync()).Should().BeEquivalentTo(paths);
        for (var i = 0; i < paths.Length; i++)
            (await corner.FinishAsync(await corner.MustClaimAsync())).Should().BeTrue();
        (await corner.ClaimAsync()).Should().BeNull();
        (await corner.KeysAsync()).Should().BeEquivalentTo([corner.Control]);
    }

    [Theory, EveryStore]
    public async Task The_owner_of_a_popped_job_hears_of_it_at_its_next_beat_and_frees_the_path(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.EnqueueAsync("a");
        await corner.EnqueueAsync("b");
        var (popped, other) = (await corner.MustClaimAsync(), await corner.MustClaimAsync());

        await corner.Db.ListLeftPopAsync(corner.Processing);

        (await corner.BeatAsync(popped)).Should().Be(LeaseState.Lost);
        (await corner.BeatAsync(other)).Should().Be(LeaseState.Held);
        (await corner.EnqueueAsync("a")).Outcome.Should().Be(EnqueueOutcome.Enqueued);
        (await corner.FinishAsync(popped)).Should().BeFalse();
        (await corner.PendingAsync()).Should().Equal("a");
        (await corner.TotalsAsync()).Should().BeEquivalentTo(new { Enqueued = 3, Completed = 1, Pending = 1, Processing = 1 });
    }

    [Theory, EveryStore]
    public async Task Popping_a_running_job_stops_its_owner_and_frees_the_path_within_a_sweep(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.EnqueueAsync("a");
        var job = await corner.MustClaimAsync();
        await corner.BeatAsync(job);

        await corner.Db.ListLeftPopAsync(corner.Processing);
        (await corner.SweepAsync()).Should().BeEquivalentTo(new SweepReport(0, 1, 0, []));

        (await corner.PendingAsync()).Should().BeEmpty("only a request brings it back");
        (await corner.BeatAsync(job)).Should().Be(LeaseState.Lost);
        (await corner.FinishAsync(job)).Should().BeFalse();
        (await corner.EnqueueAsync("a")).Outcome.Should().Be(EnqueueOutcome.Enqueued);
    }

    [Theory, EveryStore]
    public async Task LPOP_of_the_processing_list_releases_the_longest_running_job(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        foreach (var path in "abc")
            await corner.EnqueueAsync(path.ToString());
        var first = await corner.MustClaimAsync();
        await corner.Db.ListRightPushAsync(corner.Pending, await corner.Db.ListGetByIndexAsync(corner.Processing, 0));
        var (second, third) = (await corner.MustClaimAsync(), await corner.MustClaimAsync());
        (await corner.ProcessingAsync()).Should().Equal("a", "b", "c");

        var popped = (string?)await corner.Db.ListLeftPopAsync(corner.Processing);

        popped.Should().Contain("\"/targets/a\"", "a copy dropped on the way has not taken the place of the job itself");
        (await corner.BeatAsync(first)).Should().Be(LeaseState.Lost);
        (await corner.BeatAsync(second)).Should().Be(LeaseState.Held);
        (await corner.BeatAsync(third)).Should().Be(LeaseState.Held);
    }

    [Theory, EveryStore]
    public async Task An_emptied_queue_heals_at_the_next_request_even_before_a_sweep(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.EnqueueAsync("a");
        await corner.Db.KeyDeleteAsync(corner.Pending);

        (await corner.EnqueueAsync("a")).Outcome.Should().Be(EnqueueOutcome.Healed);

        (await corner.PendingAsync()).Should().Equal("a");
        (await corner.TotalsAsync()).Should().BeEquivalentTo(new { Enqueued = 1, Healed = 1 });
    }

    [Theory, EveryStore]
    public async Task A_ticket_made_by_hand_is_adopted_and_runs(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.Db.ListLeftPushAsync(corner.Pending, """{"full_path":"/targets/by-hand"}""");

        var job = await corner.MustClaimAsync();

        job.Should().BeEquivalentTo(new { FullPath = "/targets/by-hand", JobId = "", WantedRevision = 0L, Stalls = 0, LostToken = 0L });
        (await corner.EnqueueAsync("by-hand")).Outcome.Should().Be(EnqueueOutcome.Running);
        (await corner.FinishAsync(job)).Should().BeTrue();
        (await corner.KeysAsync()).Should().BeEquivalentTo([corner.Control]);
    }

    [Theory, EveryStore]
    public async Task Garbage_is_dropped_and_counted_on_the_way_to_a_job(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        string[] garbage = ["", "x", "[]", "1", "null", "{}", """{"full_path":""}""", """{"full_path":7}""", """{"full_path":"x"}""", """{"full_path":"/targets/a" """];
        foreach (var text in garbage)
            await corner.Db.ListLeftPushAsync(corner.Pending, text);
        await corner.EnqueueAsync("a");

        (await corner.MustClaimAsync()).FullPath.Should().Be("/targets/a");

        (await corner.TotalsAsync()).Bad.Should().Be(garbage.Length);
        (await corner.Db.ListLengthAsync(corner.Processing)).Should().Be(1);
    }

    [Theory, EveryStore]
    public async Task A_copy_of_a_ticket_never_runs_beside_the_job(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.EnqueueAsync("a");
        var ticket = await corner.Db.ListGetByIndexAsync(corner.Pending, 0);
        await corner.Db.ListLeftPushAsync(corner.Pending, ticket);
        await corner.Db.ListLeftPushAsync(corner.Pending, """{"full_path":"/targets/a"}""");

        var job = await corner.MustClaimAsync();

        (await corner.ClaimAsync()).Should().BeNull();
        (await corner.TotalsAsync()).Should().BeEquivalentTo(new { Pending = 0, Processing = 1, Duplicate = 2 });
        (await corner.FinishAsync(job)).Should().BeTrue();
    }

    [Theory, EveryStore]
    public async Task Tickets_pushed_into_the_processing_list_are_adopted_and_garbage_there_goes(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.Db.ListLeftPushAsync(corner.Processing, ["""{"full_path":"/targets/a"}""", "garbage"]);

        (await corner.SweepAsync()).Should().BeEquivalentTo(new SweepReport(0, 0, 2, []));
        await corner.ExpireLeasesAsync();
        (await corner.SweepAsync()).Should().BeEquivalentTo(new SweepReport(1, 0, 0, []));

        (await corner.MustClaimAsync()).FullPath.Should().Be("/targets/a");
    }

    [Theory, EveryStore]
    public async Task The_totals_still_add_up_after_jobs_were_taken_out_by_hand(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        foreach (var path in "abcd")
            await corner.EnqueueAsync(path.ToString());
        await corner.MustClaimAsync();
        await corner.Db.ListLeftPopAsync(corner.Processing);
        await corner.Db.ListLeftPopAsync(corner.Pending);

        await corner.SweepAsync();

        var totals = await corner.TotalsAsync();
        (totals.Enqueued - totals.Completed - totals.Dropped).Should().Be(totals.Pending + totals.Processing).And.Be(2);
    }

    [Theory, EveryStore]
    public async Task Scripts_flushed_from_the_store_are_loaded_again(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.EnqueueAsync("a");

        await corner.Db.ExecuteAsync("SCRIPT", "FLUSH");

        await corner.EnqueueAsync("b");
        await corner.FinishAsync(await corner.MustClaimAsync());
        (await corner.PendingAsync()).Should().Equal("b");
    }

    [Theory, EveryStore]
    public async Task A_key_of_another_type_under_a_queue_s_name_is_an_outage_that_ends_with_it(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.Db.StringSetAsync(corner.Pending, "x");

        await corner.Invoking(c => c.EnqueueAsync("a")).Should().ThrowAsync<StoreUnavailableException>();
        await corner.Invoking(c => c.ClaimAsync()).Should().ThrowAsync<StoreUnavailableException>();

        await corner.Db.KeyDeleteAsync(corner.Pending);
        await corner.EnqueueAsync("a");
        (await corner.MustClaimAsync()).FullPath.Should().Be("/targets/a");
    }

    private static Task DoAsync(Corner corner, Damage damage) => damage switch
    {
        Damage.DelPending => corner.Db.KeyDeleteAsync(corner.Pending),
        Damage.PopPending => corner.Db.ListLeftPopAsync(corner.Pending),
        Damage.DelProcessing => corner.Db.KeyDeleteAsync(corner.Processing),
        Damage.PopProcessing => corner.Db.ListLeftPopAsync(corner.Processing),
        Damage.DelJobs => corner.Db.KeyDeleteAsync(corner.Jobs),
        Damage.DelLeases => corner.Db.KeyDeleteAsync(corner.Leases),
        Damage.PopLease => corner.Db.SortedSetPopAsync(corner.Leases),
        Damage.DelWaiting => corner.Db.KeyDeleteAsync(corner.Waiting),
        _ => corner.Db.KeyDeleteAsync(corner.Control),
    };
}
