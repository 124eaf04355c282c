using HttpSd.Core.Definitions;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Queue;
using HttpSd.Redis.Tests.Cache;
using HttpSd.Tests;
using Microsoft.Extensions.Time.Testing;

namespace HttpSd.Redis.Tests.Definitions;

/// <summary>What a definition leaves behind when it goes, moves to another pool, or is changed.</summary>
public sealed class RemovalTests(Stores stores)
{
    [Theory, EveryStore]
    public async Task A_removed_definition_leaves_no_key_behind(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var publisher = corner.NewPublisher();
        await publisher.PublishAsync([Scripts.Python("a"), Scripts.Static("s", """[{"targets":["h:1"]}]""")], Corner.Stop);
        var job = await corner.MustClaimAsync();
        await corner.Cache.CommitAsync(Results.Of(job.Token, "[1]", "/targets/a"), Corner.Stop);
        await corner.Cache.AdmitAsync("a", "/targets/a?x=1", 100, TimeSpan.Zero, Corner.Stop);
        await corner.Queue.EnqueueAsync(Corner.Pool, Core.Requests.RequestKey.Parse("/targets/a?x=1"), 0, false, Corner.Stop);

        (await publisher.PublishAsync([], Corner.Stop)).Removed.Should().BeEquivalentTo("a", "s");

        (await corner.KeysAsync()).Should().BeEquivalentTo(
            [corner.Control, corner.Keys.Removals, corner.Keys.Definitions[2], corner.Keys.Definitions[3]],
            "only counters, epoch and changes stay, and for a few seconds a note");
        (await corner.BeatAsync(job)).Should().Be(LeaseState.Lost);
    }

    [Theory, EveryStore]
    public async Task A_removal_that_a_dying_publisher_has_begun_is_ended_by_the_next(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.NewPublisher().PublishAsync([Scripts.Python("a"), Scripts.Static("s", """[{"targets":["h:1"]}]""")], Corner.Stop);
        foreach (var path in new[] { "a", "s" })
            await corner.Definitions.RemoveAsync(new RemovalNote(Corner.Pool, path, "/targets/" + path), Corner.Stop);

        await PublishTwiceAsync(corner);

        (await corner.KeysAsync()).Should().BeEquivalentTo(
            [corner.Control, corner.Keys.Definitions[2], corner.Keys.Definitions[3]], "only counters, epoch and changes stay");
    }

    [Theory, EveryStore]
    public async Task What_comes_to_a_removed_path_from_who_has_not_heard_of_it_goes_a_few_seconds_later(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var time = new FakeTimeProvider();
        var publisher = corner.NewPublisher(time);
        await publisher.PublishAsync([Scripts.Python("a")], Corner.Stop);
        var job = await corner.MustClaimAsync();
        await publisher.PublishAsync([], Corner.Stop);

        await corner.Cache.CommitAsync(Results.Of(job.Token, "[1]", "/targets/a"), Corner.Stop);
        await corner.Cache.AdmitAsync("a", "/targets/a?x=1", 100, TimeSpan.Zero, Corner.Stop);
        await corner.EnqueueAsync("a?x=1");
        await publisher.EndRemovalsAsync(() => { }, Corner.Stop);
        (await corner.PendingAsync()).Should().Equal("a?x=1");
        time.Advance(TimeSpan.FromSeconds(6));
        await publisher.EndRemovalsAsync(() => { }, Corner.Stop);

        (await corner.KeysAsync()).Should().BeEquivalentTo([corner.Control, corner.Keys.Definitions[2], corner.Keys.Definitions[3]]);
    }

    [Theory, EveryStore]
    public async Task A_path_made_again_meanwhile_keeps_what_it_has(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var time = new FakeTimeProvider();
        var publisher = corner.NewPublisher(time);
        await publisher.PublishAsync([Scripts.Python("a")], Corner.Stop);
        await publisher.PublishAsync([], Corner.Stop);
        await publisher.PublishAsync([Scripts.Python("a")], Corner.Stop);

        time.Advance(TimeSpan.FromSeconds(6));
        await publisher.EndRemovalsAsync(() => { }, Corner.Stop);

        (await corner.PendingAsync()).Should().Equal("a");
        (await corner.Db.KeyExistsAsync(corner.Keys.Removals)).Should().BeFalse();
    }

    [Theory, EveryStore]
    public async Task Keys_removed_late_cost_who_has_taken_the_path_since_no_first_run(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var publisher = corner.NewPublisher();
        await publisher.PublishAsync([Scripts.Python("a")], Corner.Stop);
        await corner.MustClaimAsync();
        await publisher.RemoveAsync("a", Corner.Stop);
        await publisher.PutAsync(Scripts.Python("a"), Corner.Stop);

        // A worker's, who saw it gone and only now gets to it.
        await corner.NewPublisher().RemoveKeysAsync(Corner.Pool, "a", Corner.Stop);

        (await corner.MustClaimAsync()).FullPath.Should().Be("/targets/a");
    }

    [Theory, EveryStore]
    public async Task A_generator_that_moves_to_another_pool_leaves_no_job_in_the_old_one(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var publisher = corner.NewPublisher();
        await publisher.PublishAsync([Scripts.Python("a")], Corner.Stop);
        var running = await corner.MustClaimAsync();
        await corner.Cache.AdmitAsync("a", "/targets/a?x=1", 100, TimeSpan.Zero, Corner.Stop);
        await corner.EnqueueAsync("a?x=1");

        await publisher.PublishAsync([Scripts.Python("a").With(d => d with { WorkerPool = "gpu" })], Corner.Stop);

        (await corner.PendingAsync()).Should().BeEmpty();
        (await corner.ProcessingAsync()).Should().BeEmpty();
        (await corner.BeatAsync(running)).Should().Be(LeaseState.Lost);
        (await corner.Cache.CommitAsync(Results.Of(running.Token, "[1]", "/targets/a"), Corner.Stop)).Should().Be(CommitOutcome.Superseded);
        (await corner.Queue.ClaimAsync("gpu", "worker-2", Corner.Stop))!.FullPath.Should().Be("/targets/a");
    }

    [Theory, EveryStore]
    public async Task A_move_that_a_dying_publisher_has_begun_is_ended_by_the_next(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.NewPublisher().PublishAsync([Scripts.Python("a")], Corner.Stop);
        var moved = Scripts.Python("a").With(d => d with { WorkerPool = "gpu" });
        await corner.Definitions.PublishAsync(moved, Corner.Stop);
        var time = new FakeTimeProvider();
        var next = corner.NewPublisher(time);

        await next.PublishAsync([moved], Corner.Stop);

        (await corner.PendingAsync()).Should().BeEmpty();
        // A server that had not heard of the move.
        await corner.EnqueueAsync("a");
        time.Advance(TimeSpan.FromSeconds(6));
        await next.EndRemovalsAsync(() => { }, Corner.Stop);
        (await corner.PendingAsync()).Should().BeEmpty();
        (await corner.Db.KeyExistsAsync(corner.Keys.Removals)).Should().BeFalse();
        (await corner.Queue.ReadJobAsync("gpu", "/targets/a", Corner.Stop)).Should().NotBeNull();
    }

    [Theory, EveryStore]
    public async Task A_change_or_a_reload_drops_no_parameter_set_that_is_in_use(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var publisher = corner.NewPublisher();
        await publisher.PublishAsync([Scripts.Python("a").With(d => d with { MaxVariants = 2 })], Corner.Stop);
        await corner.MustClaimAsync();
        await corner.Db.KeyDeleteAsync(corner.Keys.Variants("a"));
        string[] used = ["/targets/a?x=1", "/targets/a?x=2"];
        foreach (var set in used)
            await corner.Cache.AdmitAsync("a", set, 2, TimeSpan.FromMinutes(10), Corner.Stop);
        await corner.EnqueueAsync("a?x=1");

        var changed = Scripts.Python("a", "changed").With(d => d with { MaxVariants = 2 });
        await publisher.PublishAsync([changed], Corner.Stop);
        await corner.Ledger.ReloadAsync("uid", "1", changed.Definition, Corner.Stop);

        (await corner.Cache.ReadVariantsAsync("a", Corner.Stop)).Should().BeEquivalentTo(used);
        (await corner.PendingAsync()).Should().Equal("a?x=1");
        (await corner.JobAsync("a")).Should().NotBeNull("the one without parameters is made anew all the same");
        await publisher.PublishAsync([], Corner.Stop);
        (await corner.KeysAsync()).Should().NotContain(key => key.ToString().Contains("/targets/a"));
    }

    // The second time is a few seconds later.
    private static async Task PublishTwiceAsync(Corner corner)
    {
        var time = new FakeTimeProvider();
        var publisher = corner.NewPublisher(time);
        await publisher.PublishAsync([], Corner.Stop);
        time.Advance(TimeSpan.FromSeconds(6));
        await publisher.PublishAsync([], Corner.Stop);
    }
}
