using System.Text;
using HttpSd.Core.Definitions;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Queue;
using HttpSd.Redis.Tests.Cache;
using HttpSd.Tests;
using Microsoft.Extensions.Time.Testing;

namespace HttpSd.Redis.Tests.Definitions;

public sealed class PublisherTests(Stores stores)
{
    [Theory, EveryStore]
    public async Task A_new_definition_is_generated_at_once(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var publisher = corner.NewPublisher();

        var report = await publisher.PublishAsync([Scripts.Python("a"), Scripts.Python("b").With(d => d with { Suspend = true })], Corner.Stop);

        report.Published.Should().Equal("a", "b");
        report.Removed.Should().BeEmpty();
        (await corner.PendingAsync()).Should().Equal("a");
        var published = await corner.Definitions.ReadScriptAsync("a", Corner.Stop);
        (await corner.MustClaimAsync()).WantedRevision.Should().Be(published!.Value.Revision);
        (await publisher.IsCurrentAsync(Corner.Stop)).Should().BeTrue();
    }

    [Theory, EveryStore]
    public async Task Publishing_the_same_again_does_nothing_also_from_another_process(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var publisher = corner.NewPublisher();
        await publisher.PublishAsync([Scripts.Python("a")], Corner.Stop);
        var job = await corner.MustClaimAsync();
        var hash = (await corner.Definitions.ReadScriptAsync("a", Corner.Stop))!.Value.Script.Definition.Hash;
        await corner.Cache.CommitAsync(Results.Of(job.Token, "[1]", "/targets/a") with { DefinitionHash = hash }, Corner.Stop);
        await corner.FinishAsync(job);

        foreach (var again in new[] { publisher, corner.NewPublisher() })
        {
            var report = await again.PublishAsync([Scripts.Python("a")], Corner.Stop);
            report.Published.Should().BeEmpty();
            report.Removed.Should().BeEmpty();
            (await again.IsCurrentAsync(Corner.Stop)).Should().BeTrue();
        }
        (await corner.PendingAsync()).Should().BeEmpty();
    }

    [Theory, EveryStore]
    public async Task Demand_that_a_dying_publisher_has_not_made_is_made_by_the_next(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.Definitions.PublishAsync(Scripts.Python("a"), Corner.Stop);

        var report = await corner.NewPublisher().PublishAsync([Scripts.Python("a")], Corner.Stop);

        report.Published.Should().BeEmpty();
        (await corner.PendingAsync()).Should().Equal("a");
    }

    [Theory, EveryStore]
    public async Task One_definition_can_be_published_and_removed_by_itself(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var publisher = corner.NewPublisher();
        await publisher.PublishAsync([Scripts.Python("a")], Corner.Stop);

        (await publisher.PutAsync(Scripts.Python("b"), Corner.Stop)).Should().BeTrue();
        (await publisher.PutAsync(Scripts.Python("b"), Corner.Stop)).Should().BeFalse();
        (await publisher.RemoveAsync("a", Corner.Stop)).Should().BeTrue();
        (await publisher.RemoveAsync("a", Corner.Stop)).Should().BeFalse();

        (await corner.Definitions.ReadPathsAsync(Corner.Stop)).Paths.Should().Equal("b");
        (await corner.PendingAsync()).Should().Equal("b");
    }

    [Theory, EveryStore]
    public async Task A_changed_definition_voids_runs_of_the_old_one_and_keeps_the_old_list(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var publisher = corner.NewPublisher();
        await publisher.PublishAsync([Scripts.Python("a")], Corner.Stop);
        var first = await corner.MustClaimAsync();
        await corner.Cache.CommitAsync(Results.Of(first.Token, "[1]", "/targets/a"), Corner.Stop);
        await corner.FinishAsync(first);
        await corner.EnqueueAsync("a");
        var late = await corner.MustClaimAsync();

        (await publisher.PublishAsync([Scripts.Python("a", "changed")], Corner.Stop)).Published.Should().Equal("a");

        (await corner.Cache.CommitAsync(Results.Of(late.Token, "[2]", "/targets/a"), Corner.Stop)).Should().Be(CommitOutcome.Superseded);
        (await corner.BeatAsync(late)).Should().Be(LeaseState.Superseded);
        (await corner.Cache.ReadAsync("/targets/a", Corner.Stop)).Result!.ETag.Should().Be(Results.ETag("[1]"));
        await corner.FinishAsync(late);
        (await corner.PendingAsync()).Should().Equal("a");
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
    public async Task A_definition_that_somebody_else_has_written_over_is_published_again(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var publisher = corner.NewPublisher();
        await publisher.PublishAsync([Scripts.Python("a")], Corner.Stop);
        var foreign = Scripts.Python("a").With(d => d with { Suspend = true });
        await corner.Definitions.PublishAsync(foreign, Corner.Stop);

        publisher.Compare(await corner.Definitions.ReadAllAsync(Corner.Stop));

        (await publisher.PublishAsync([Scripts.Python("a")], Corner.Stop)).Published.Should().Equal("a");
    }

    [Theory, EveryStore]
    public async Task What_the_store_holds_already_is_not_read_but_still_asked_for_when_nobody_has(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.Definitions.PublishAsync(Scripts.Python("a"), Corner.Stop);
        var publisher = corner.NewPublisher();
        publisher.Compare(await corner.Definitions.ReadAllAsync(Corner.Stop));

        var report = await publisher.PublishWantedAsync(
            [new WantedDefinition(Scripts.Python("a").Definition, _ => throw new InvalidOperationException("nobody reads it"))], Corner.Stop);

        report.Published.Should().BeEmpty();
        publisher.Holds(Scripts.Python("a").Definition).Should().BeTrue();
        (await corner.MustClaimAsync()).FullPath.Should().Be("/targets/a");
    }

    [Theory, EveryStore]
    public async Task What_can_not_be_read_leaves_what_is_stored(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var publisher = corner.NewPublisher();
        await publisher.PublishAsync([Scripts.Python("a")], Corner.Stop);
        var changed = Scripts.Python("a", "changed").Definition;

        await publisher.PublishWantedAsync([new WantedDefinition(changed, _ => Task.FromResult<GeneratorScript?>(null))], Corner.Stop);

        publisher.Holds(changed).Should().BeFalse();
        (await corner.Definitions.ReadAllAsync(Corner.Stop)).Should().ContainSingle()
            .Which.Definition.Hash.Should().Be(Scripts.Python("a").Definition.Hash);
    }

    [Theory, EveryStore]
    public async Task All_definitions_are_read_in_pieces(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var paths = Enumerable.Range(0, 1200).Select(n => $"p{n}").ToList();
        await corner.NewPublisher().PublishAsync([.. paths.Select(p => Scripts.Python(p))], Corner.Stop);

        (await corner.Definitions.ReadAllAsync(Corner.Stop)).Select(d => d.Definition.Path).Should().BeEquivalentTo(paths);
    }

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
    public async Task A_static_list_is_stored_by_whoever_publishes_it(StoreKind store)
    {
        await using var corner = new Corner(stores, store);

        await corner.NewPublisher().PublishAsync([Scripts.Static("s", """[{"targets":["h:1"],"labels":{"job":"x"}}]""")], Corner.Stop);

        var result = (await corner.Cache.ReadAsync("/targets/s", Corner.Stop)).Result;
        var body = await corner.Cache.ReadBodyAsync("/targets/s", result!.ETag, Corner.Stop);
        Encoding.UTF8.GetString(body!.Value.Span).Should().Contain("h:1").And.StartWith("[");
        result.Targets.Should().Be(1);
        (await corner.PendingAsync()).Should().BeEmpty();
    }

    [Theory, EveryStore]
    public async Task A_static_list_that_was_evicted_is_stored_again(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var publisher = corner.NewPublisher();
        var wanted = new[] { Scripts.Static("s", """[{"targets":["h:1"]}]""") };
        await publisher.PublishAsync(wanted, Corner.Stop);
        await corner.Cache.DeleteAsync(["/targets/s"], Corner.Stop);

        await publisher.RestoreListsAsync(wanted, Corner.Stop);

        (await corner.Cache.ReadAsync("/targets/s", Corner.Stop)).Result.Should().NotBeNull();
    }

    [Theory, EveryStore]
    public async Task After_a_loss_of_data_everything_is_published_again(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var publisher = corner.NewPublisher();
        var wanted = new[] { Scripts.Python("a"), Scripts.Static("s", """[{"targets":["h:1"]}]""") };
        await publisher.PublishAsync(wanted, Corner.Stop);
        var before = await corner.Definitions.ReadScriptAsync("a", Corner.Stop);
        foreach (var key in await corner.KeysAsync())
            await corner.Db.KeyDeleteAsync(key);
        (await publisher.IsCurrentAsync(Corner.Stop)).Should().BeFalse();

        (await publisher.PublishAsync(wanted, Corner.Stop)).Published.Should().Equal(["s", "a"], "scripts may ask the server for a list");

        (await publisher.IsCurrentAsync(Corner.Stop)).Should().BeTrue();
        (await corner.PendingAsync()).Should().Equal("a");
        (await corner.Cache.ReadAsync("/targets/s", Corner.Stop)).Result.Should().NotBeNull();
        (await corner.Definitions.ReadScriptAsync("a", Corner.Stop))!.Value.Revision.Should().BeGreaterThan(before!.Value.Revision);
    }

    [Theory, EveryStore]
    public async Task A_path_knows_since_when_it_exists_unless_the_store_has_lost_its_data(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var publisher = corner.NewPublisher();
        await publisher.PublishAsync([Scripts.Python("a")], Corner.Stop);
        (await SinceAsync(corner, "a")).Should().Be(DateTimeOffset.UnixEpoch, "the set was not complete before");

        await publisher.PublishAsync([Scripts.Python("a"), Scripts.Python("b")], Corner.Stop);
        var since = await SinceAsync(corner, "b");
        since.Should().BeAfter(DateTimeOffset.UnixEpoch);
        await Task.Delay(5, Corner.Stop);
        await publisher.PublishAsync([Scripts.Python("b", "changed")], Corner.Stop);
        (await SinceAsync(corner, "b")).Should().Be(since, "a change is no new path");

        await publisher.PublishAsync([], Corner.Stop);
        await publisher.PublishAsync([Scripts.Python("b", "changed")], Corner.Stop);
        (await SinceAsync(corner, "b")).Should().BeAfter(since);

        await corner.Db.KeyDeleteAsync(corner.Keys.Definitions);
        await publisher.PublishAsync([Scripts.Python("b", "changed")], Corner.Stop);
        (await SinceAsync(corner, "b")).Should().Be(DateTimeOffset.UnixEpoch);
    }

    [Theory, EveryStore]
    public async Task A_list_restored_by_a_reader_never_replaces_a_newer_one_and_leaves_nothing_of_what_is_gone(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var publisher = corner.NewPublisher();
        var reader = new StaticLists(corner.Definitions, corner.Cache, new ParameterSets(corner.Queue, corner.Cache));
        await publisher.PublishAsync([Scripts.Static("a", """[{"targets":["h:1"]}]""")], Corner.Stop);
        var stored = await corner.Cache.ReadAsync("/targets/a", Corner.Stop);

        await reader.RestoreAsync("a", stored.Now.AddSeconds(-1), Corner.Stop);
        (await corner.Cache.ReadAsync("/targets/a", Corner.Stop)).Result!.Token.Should().Be(stored.Result!.Token);

        await publisher.PublishAsync([], Corner.Stop);
        await reader.RestoreAsync("a", stored.Now.AddSeconds(1), Corner.Stop);
        (await corner.Cache.ReadAsync("/targets/a", Corner.Stop)).Result.Should().BeNull();
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
        await publisher.EndRemovalsAsync(Corner.Stop);
        (await corner.PendingAsync()).Should().Equal("a?x=1");
        time.Advance(TimeSpan.FromSeconds(6));
        await publisher.EndRemovalsAsync(Corner.Stop);

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
        await publisher.EndRemovalsAsync(Corner.Stop);

        (await corner.PendingAsync()).Should().Equal("a");
        (await corner.Db.KeyExistsAsync(corner.Keys.Removals)).Should().BeFalse();
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
        await next.EndRemovalsAsync(Corner.Stop);
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

    private static async Task<DateTimeOffset> SinceAsync(Corner corner, string path)
    {
        var changes = await corner.Definitions.ReadChangesAsync("", 0, Corner.Stop);
        return DefinitionStore.Parse(changes.Changed.Single(c => c.Path == path).Stored!, out _)!.Since;
    }
}
