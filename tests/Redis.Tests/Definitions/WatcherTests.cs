using HttpSd.Core.Definitions;
using HttpSd.Redis.Definitions;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Definitions;

public sealed class WatcherTests(Stores stores)
{
    [Theory, EveryStore]
    public async Task Changes_since_a_revision_are_read_alone_and_all_when_that_is_not_known(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.NewPublisher().PublishAsync([Scripts.Python("a"), Scripts.Python("b")], Corner.Stop);
        var all = await corner.Definitions.ReadChangesAsync("", 0, Corner.Stop);
        await corner.Definitions.PublishAsync(Scripts.Python("b", "changed"), Corner.Stop);
        await corner.Definitions.RemoveAsync(new RemovalNote(Keys.DefaultPool, "a", "/targets/a"), Corner.Stop);

        var some = await corner.Definitions.ReadChangesAsync(all.Epoch, all.Revision, Corner.Stop);
        var same = await corner.Definitions.ReadChangesAsync(some.Epoch, some.Revision, Corner.Stop);
        var other = await corner.Definitions.ReadChangesAsync("another epoch", some.Revision, Corner.Stop);

        (all.Complete, Paths(all)).Should().BeEquivalentTo((true, new[] { "a", "b" }));
        some.Complete.Should().BeFalse();
        some.Changed.Should().HaveCount(2).And.Contain(("a", (string?)null));
        some.Revision.Should().BeGreaterThan(all.Revision);
        same.Should().BeEquivalentTo(some with { Changed = [] });
        (other.Complete, Paths(other)).Should().BeEquivalentTo((true, new[] { "b" }));
    }

    [Theory, EveryStore]
    public async Task A_revision_that_fell_out_of_the_list_of_changes_brings_everything(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.NewPublisher().PublishAsync([Scripts.Python("a")], Corner.Stop);
        var old = await corner.Definitions.ReadChangesAsync("", 0, Corner.Stop);
        await corner.Definitions.PublishAsync(Scripts.Python("b"), Corner.Stop);
        await corner.Db.ListTrimAsync(corner.Keys.Definitions[3], 0, 0);

        var changes = await corner.Definitions.ReadChangesAsync(old.Epoch, old.Revision, Corner.Stop);

        (changes.Complete, Paths(changes)).Should().BeEquivalentTo((true, new[] { "a", "b" }));
    }

    [Theory, EveryStore]
    public async Task Nothing_counts_as_loaded_before_everything_is_published(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        using var watcher = corner.NewWatcher();
        var raised = 0;
        watcher.Changed += () => raised++;

        await watcher.RefreshAsync(Corner.Stop);
        (watcher.Loaded, watcher.Table.Count, raised).Should().Be((false, 0, 0));
        await corner.Definitions.PublishAsync(Scripts.Python("a"), Corner.Stop);
        await watcher.RefreshAsync(Corner.Stop);
        (watcher.Loaded, watcher.Table.Count).Should().Be((false, 1));
        await corner.Definitions.SealAsync("epoch", Corner.Stop);
        await watcher.RefreshAsync(Corner.Stop);

        watcher.Loaded.Should().BeTrue();
        watcher.Table.Find("a")!.Definition.Should().BeEquivalentTo(Scripts.Python("a").Definition);
        raised.Should().BePositive();
    }

    [Theory, EveryStore]
    public async Task After_a_loss_of_data_definitions_stay_until_all_are_published_again(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var publisher = corner.NewPublisher();
        using var watcher = corner.NewWatcher();
        await publisher.PublishAsync([Scripts.Python("a"), Scripts.Python("b")], Corner.Stop);
        await watcher.RefreshAsync(Corner.Stop);

        foreach (var key in await corner.KeysAsync())
            await corner.Db.KeyDeleteAsync(key);
        await watcher.RefreshAsync(Corner.Stop);
        (watcher.Loaded, watcher.Table.Count).Should().Be((true, 2));
        await corner.Definitions.PublishAsync(Scripts.Python("b", "changed"), Corner.Stop);
        await watcher.RefreshAsync(Corner.Stop);
        watcher.Table.Count.Should().Be(2, "what is missing may still come");

        (await publisher.IsCurrentAsync(Corner.Stop)).Should().BeFalse();
        await publisher.PublishAsync([Scripts.Python("b")], Corner.Stop);
        await watcher.RefreshAsync(Corner.Stop);

        watcher.Table.All.Select(d => d.Definition.Path).Should().Equal("b");
    }

    [Theory, EveryStore]
    public async Task While_a_store_is_being_filled_only_what_is_new_is_read(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        using var watcher = corner.NewWatcher();
        await corner.Definitions.PublishAsync(Scripts.Python("a"), Corner.Stop);
        await watcher.RefreshAsync(Corner.Stop);
        // Stored without being listed as a change: only a look at everything could find it.
        var definitions = corner.Keys.Definitions[0];
        var hidden = DefinitionJson.Write(Scripts.Python("hidden").Definition);
        await corner.Db.HashSetAsync(definitions, "hidden", $"1 0\n{hidden}");

        await corner.Definitions.PublishAsync(Scripts.Python("b"), Corner.Stop);
        await watcher.RefreshAsync(Corner.Stop);
        Paths(watcher).Should().Equal("a", "b");

        await corner.Definitions.SealAsync("epoch", Corner.Stop);
        await watcher.RefreshAsync(Corner.Stop);
        Paths(watcher).Should().Equal("a", "b", "hidden");
    }

    [Theory, EveryStore]
    public async Task A_definition_of_an_unknown_schema_is_left_alone_and_counted(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.NewPublisher().PublishAsync([Scripts.Python("a"), Scripts.Python("b")], Corner.Stop);
        using var watcher = corner.NewWatcher();
        await watcher.RefreshAsync(Corner.Stop);

        await corner.Definitions.PublishAsync(Scripts.Python("a").With(d => d with { Schema = 99 }), Corner.Stop);
        await corner.Definitions.PublishAsync(Scripts.Python("new").With(d => d with { Schema = 99 }), Corner.Stop);
        await watcher.RefreshAsync(Corner.Stop);
        watcher.Unknown.Should().Be(2);
        Paths(watcher).Should().Equal("a", "b");

        await corner.Definitions.SealAsync("another epoch", Corner.Stop);
        await watcher.RefreshAsync(Corner.Stop);

        watcher.Unknown.Should().Be(2);
        Paths(watcher).Should().Equal("a", "b");
        (await corner.Definitions.ReadScriptAsync("new", Corner.Stop)).Should().BeNull();
    }

    [Theory, EveryStore]
    public async Task A_definition_comes_back_whole_with_its_script(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var script = Scripts.Python("a", "def generate_targets(**p):\n    return ['ö']\n").With(d => d with
        {
            Timeout = TimeSpan.FromSeconds(7),
            Parameters = [new ParameterDefinition("env", "prod", ["prod", "staging"]), new ParameterDefinition("n", Pattern: "[0-9]+")],
            WorkerPool = "gpu",
            Suspend = true,
        });
        var (revision, changed, before) = await corner.Definitions.PublishAsync(script, Corner.Stop);

        changed.Should().BeTrue();
        before.Should().Be(0);
        (await corner.Definitions.PublishAsync(script, Corner.Stop)).Should().Be(new DefinitionWrite(revision, false, revision));
        (await corner.Definitions.ReadScriptAsync("a", Corner.Stop)).Should().BeEquivalentTo((script, revision));
        (await corner.Definitions.ReadScriptAsync("b", Corner.Stop)).Should().BeNull();
    }

    [Theory, EveryStore]
    public async Task A_running_watcher_sees_a_publication_without_being_asked(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        using var watcher = corner.NewWatcher();
        var seen = new TaskCompletionSource();
        watcher.Changed += () => seen.TrySetResult();
        await watcher.StartAsync(Corner.Stop);

        await corner.NewPublisher().PublishAsync([Scripts.Python("a")], Corner.Stop);

        await seen.Task.WaitAsync(TimeSpan.FromSeconds(10), Corner.Stop);
        await watcher.StopAsync(Corner.Stop);
    }

    private static IEnumerable<string> Paths(DefinitionChanges changes) => changes.Changed.Select(c => c.Path).Order();

    private static IEnumerable<string> Paths(DefinitionWatcher watcher) => watcher.Table.All.Select(d => d.Definition.Path);
}
