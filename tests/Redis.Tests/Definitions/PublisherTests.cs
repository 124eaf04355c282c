using System.Text;
using HttpSd.Core.Definitions;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Queue;
using HttpSd.Redis.Tests.Cache;
using HttpSd.Tests;

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
    public async Task A_definition_that_somebody_else_has_written_over_is_published_again(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var publisher = corner.NewPublisher();
        await publisher.PublishAsync([Scripts.Python("a")], Corner.Stop);
        var foreign = Scripts.Python("a").With(d => d with { Suspend = true });
        await corner.Definitions.PublishAsync(foreign, Corner.Stop);

        publisher.Compare((await corner.Definitions.ReadAllAsync(Corner.Stop)).Known);

        (await publisher.PublishAsync([Scripts.Python("a")], Corner.Stop)).Published.Should().Equal("a");
    }

    [Theory, EveryStore]
    public async Task What_the_store_holds_already_is_not_read_but_still_asked_for_when_nobody_has(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.Definitions.PublishAsync(Scripts.Python("a"), Corner.Stop);
        var publisher = corner.NewPublisher();
        publisher.Compare((await corner.Definitions.ReadAllAsync(Corner.Stop)).Known);

        var report = await publisher.PublishWantedAsync(
            [new WantedDefinition(Scripts.Python("a").Definition, _ => throw new InvalidOperationException("nobody reads it"))], () => { }, Corner.Stop);

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

        await publisher.PublishWantedAsync([new WantedDefinition(changed, _ => Task.FromResult<GeneratorScript?>(null))], () => { }, Corner.Stop);

        publisher.Holds(changed).Should().BeFalse();
        (await corner.Definitions.ReadAllAsync(Corner.Stop)).Known.Should().ContainSingle()
            .Which.Definition.Hash.Should().Be(Scripts.Python("a").Definition.Hash);
    }

    [Theory, EveryStore]
    public async Task All_definitions_are_read_in_pieces(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var paths = Enumerable.Range(0, 1200).Select(n => $"p{n}").ToList();
        await corner.NewPublisher().PublishAsync([.. paths.Select(p => Scripts.Python(p))], Corner.Stop);

        (await corner.Definitions.ReadAllAsync(Corner.Stop)).Known.Select(d => d.Definition.Path).Should().BeEquivalentTo(paths);
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

    private static async Task<DateTimeOffset> SinceAsync(Corner corner, string path)
    {
        var changes = await corner.Definitions.ReadChangesAsync("", 0, Corner.Stop);
        return DefinitionStore.Parse(changes.Changed.Single(c => c.Path == path).Stored!, out _)!.Since;
    }
}
