using System.Text.Json;
using HttpSd.Core.Requests;
using HttpSd.Redis.Queue;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Queue;

public sealed class EnqueueTests(Stores stores)
{
    [Theory, EveryStore]
    public async Task A_path_is_queued_once_however_often_it_is_asked_for(StoreKind store)
    {
        await using var corner = new Corner(stores, store);

        (await corner.EnqueueAsync("a")).Outcome.Should().Be(EnqueueOutcome.Enqueued);
        (await corner.EnqueueAsync("a")).Outcome.Should().Be(EnqueueOutcome.Queued);
        (await corner.EnqueueAsync("a", want: 9)).Outcome.Should().Be(EnqueueOutcome.Queued);

        (await corner.PendingAsync()).Should().Equal("a");
        (await corner.MustClaimAsync()).WantedRevision.Should().Be(9);
    }

    [Theory, EveryStore]
    public async Task Jobs_are_claimed_in_the_order_they_came(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        foreach (var path in "abc")
            await corner.EnqueueAsync(path.ToString());

        var claimed = new[] { await corner.MustClaimAsync(), await corner.MustClaimAsync(), await corner.MustClaimAsync() };

        claimed.Select(job => job.FullPath).Should().Equal("/targets/a", "/targets/b", "/targets/c");
        claimed.Select(job => job.Token).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        (await corner.ClaimAsync()).Should().BeNull();
    }

    [Theory, EveryStore]
    public async Task A_reload_goes_to_the_front_and_beyond_the_cap(StoreKind store)
    {
        await using var corner = new Corner(stores, store, new QueueOptions { MaxLength = 2 });
        await corner.EnqueueAsync("a");
        await corner.EnqueueAsync("b");

        (await corner.EnqueueAsync("c")).Should().Be(new EnqueueResult(EnqueueOutcome.Full, 0, 2));
        (await corner.JobAsync("c")).Should().BeNull();
        (await corner.EnqueueAsync("c", reload: true)).Outcome.Should().Be(EnqueueOutcome.Enqueued);

        (await corner.PendingAsync()).Should().Equal("c", "a", "b");
    }

    [Theory, EveryStore]
    public async Task A_reload_of_what_waits_already_brings_it_to_the_front(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        foreach (var path in new[] { "a", "b", "c" })
            await corner.EnqueueAsync(path);

        (await corner.EnqueueAsync("b", reload: true)).Outcome.Should().Be(EnqueueOutcome.Queued);
        (await corner.PendingAsync()).Should().Equal("b", "a", "c");
        (await corner.EnqueueAsync("b", reload: true)).Outcome.Should().Be(EnqueueOutcome.Queued);

        (await corner.PendingAsync()).Should().Equal("b", "a", "c");
        (await corner.MustClaimAsync()).FullPath.Should().Be("/targets/b");
    }

    [Theory, EveryStore]
    public async Task A_full_queue_still_knows_what_it_holds(StoreKind store)
    {
        await using var corner = new Corner(stores, store, new QueueOptions { MaxLength = 1 });
        await corner.EnqueueAsync("a");

        (await corner.EnqueueAsync("a")).Outcome.Should().Be(EnqueueOutcome.Queued);
    }

    [Theory, EveryStore]
    public async Task A_running_path_is_not_queued_beside_itself(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.EnqueueAsync("a", want: 5);
        var job = await corner.MustClaimAsync();

        (await corner.EnqueueAsync("a", want: 5)).Outcome.Should().Be(EnqueueOutcome.Running);
        (await corner.FinishAsync(job)).Should().BeTrue();

        (await corner.JobAsync("a")).Should().BeNull();
        (await corner.KeysAsync()).Should().BeEquivalentTo([corner.Control]);
    }

    [Theory]
    [InlineData(StoreKind.Redis, 6, false)]
    [InlineData(StoreKind.Redis, 5, true)]
    [InlineData(StoreKind.Garnet, 6, false)]
    [InlineData(StoreKind.Garnet, 5, true)]
    public async Task Newer_demand_during_a_run_brings_exactly_one_more(StoreKind store, long want, bool reload)
    {
        await using var corner = new Corner(stores, store);
        await corner.EnqueueAsync("a", want: 5);
        var job = await corner.MustClaimAsync();
        (await corner.BeatAsync(job)).Should().Be(LeaseState.Held);

        (await corner.EnqueueAsync("a", want, reload)).Outcome.Should().Be(EnqueueOutcome.RunsAgain);
        (await corner.EnqueueAsync("a", want, reload)).Outcome.Should().Be(reload ? EnqueueOutcome.RunsAgain : EnqueueOutcome.Running);
        (await corner.BeatAsync(job)).Should().Be(LeaseState.Superseded);
        (await corner.FinishAsync(job)).Should().BeTrue();

        (await corner.PendingAsync()).Should().Equal("a");
        var again = await corner.MustClaimAsync();
        again.Should().BeEquivalentTo(new { WantedRevision = want, LostToken = 0L, Stalls = 0 });
        (await corner.FinishAsync(again)).Should().BeTrue();
        (await corner.JobAsync("a")).Should().BeNull();
    }

    [Theory, EveryStore]
    public async Task A_reload_draws_a_floor_above_the_claim_that_it_voids(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.EnqueueAsync("a");
        var job = await corner.MustClaimAsync();

        var reload = await corner.EnqueueAsync("a", reload: true);

        reload.Floor.Should().BeGreaterThan(job.Token);
        (await corner.EnqueueAsync("a")).Floor.Should().Be(0, "plain demand voids nothing");
    }

    [Theory, EveryStore]
    public async Task Whoever_reloads_wants_a_run_whatever_the_one_before_had_seen(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var key = RequestKey.Parse("/targets/a")!;
        foreach (var isRunning in new[] { false, true })
        {
            await corner.Queue.EnqueueAsync(Corner.Pool, key, 0, false, Corner.Stop, seen: 0);
            var first = isRunning ? await corner.MustClaimAsync() : null;
            first?.Seen.Should().Be(0);

            await corner.EnqueueAsync("a", reload: true);

            if (first is not null)
                await corner.FinishAsync(first);
            var next = await corner.MustClaimAsync();
            next.Seen.Should().BeNull("a result of before the reload does not spare it");
            (await corner.PendingAsync()).Should().BeEmpty();
            await corner.FinishAsync(next);
            (await corner.ClaimAsync()).Should().BeNull();
        }
    }

    [Theory, EveryStore]
    public async Task A_hundred_reloads_at_once_bring_at_most_one_more_run(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.EnqueueAsync("a");
        var running = await corner.MustClaimAsync();

        var reloads = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => corner.EnqueueAsync("a", reload: true)));

        reloads.Should().OnlyContain(r => r.Outcome == EnqueueOutcome.RunsAgain && r.Floor > running.Token);
        await corner.FinishAsync(running, FinishMode.Again);
        var next = await corner.MustClaimAsync();
        next.Token.Should().BeGreaterThan(reloads.Max(r => r.Floor));
        await corner.FinishAsync(next);
        (await corner.ClaimAsync()).Should().BeNull();
    }

    [Theory, EveryStore]
    public async Task What_was_given_up_before_it_was_sent_is_not_sent(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.EnqueueAsync("a");

        var late = () => corner.Queue.EnqueueAsync(Corner.Pool, RequestKey.Parse("/targets/b"), 0, false, new CancellationToken(true));

        await late.Should().ThrowAsync<OperationCanceledException>();
        await Task.Delay(100, Corner.Stop);
        (await corner.PendingAsync()).Should().Equal("a");
    }

    [Theory, EveryStore]
    public async Task A_ticket_says_what_the_debug_guide_promises(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.Queue.EnqueueAsync(
            Corner.Pool, RequestKey.Parse("/targets/gateway/x?env=pr%C3%B6d&a=1"), 0, false, Corner.Stop);

        using var ticket = JsonDocument.Parse((string)(await corner.Db.ListGetByIndexAsync(corner.Pending, 0))!);

        var json = ticket.RootElement;
        json.GetProperty("full_path").GetString().Should().Be("/targets/gateway/x?a=1&env=pr%C3%B6d");
        json.GetProperty("path").GetString().Should().Be("gateway/x");
        json.GetProperty("extra_args").GetProperty("env").GetString().Should().Be("pröd");
        json.GetProperty("job_id").GetString().Should().NotBeEmpty();
        json.GetProperty("enqueued_at").GetDateTimeOffset().Should().BeCloseTo(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
        (await corner.MustClaimAsync()).JobId.Should().Be(json.GetProperty("job_id").GetString());
    }
}
