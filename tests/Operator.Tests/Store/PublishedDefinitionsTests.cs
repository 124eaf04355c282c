using HttpSd.Core.Definitions;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Store;

namespace HttpSd.Operator.Tests.Store;

public sealed class PublishedDefinitionsTests
{
    [Fact]
    public async Task A_definition_whose_publication_was_not_answered_but_done_is_removed_with_its_object()
    {
        await using var rig = await StoreRig.StartAsync();
        await rig.UnansweredAsync(() => rig.Definitions.PutAsync(StoreRig.List("p", "ns/a"), StoreRig.Stop));
        (await rig.PathsAsync()).Should().Equal("p");

        var doubtful = (await rig.Definitions.ReadAsync("ns/a", null, StoreRig.Stop));
        doubtful.Should().Equal(new StoredDefinition("p", "ns/a", "u", "", Doubtful: true));
        (await rig.Definitions.ReadAsync("ns/b", "p", StoreRig.Stop)).Should().Equal(doubtful, "whoever wants the path has to clear it");
        rig.Definitions.FullPath("p").Should().BeNull();
        foreach (var one in doubtful)
            await rig.Definitions.RemoveAsync(one, StoreRig.Stop);

        (await rig.PathsAsync()).Should().BeEmpty();
        (await rig.Definitions.ReadAsync("ns/a", "p", StoreRig.Stop)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_second_try_ends_the_doubt()
    {
        await using var rig = await StoreRig.StartAsync();
        var script = StoreRig.List("p", "ns/a");
        await rig.UnansweredAsync(() => rig.Definitions.PutAsync(script, StoreRig.Stop));

        await rig.Definitions.PutAsync(script, StoreRig.Stop);

        (await rig.Definitions.ReadAsync("ns/a", null, StoreRig.Stop)).Should().Equal(new StoredDefinition("p", "ns/a", "u", script.Definition.Hash, Runs: false));
    }

    [Theory]
    [InlineData("ns/b", "u2", true)]
    [InlineData("ns/a", "u2", true)]
    [InlineData("ns/a", "u", false)]
    public async Task Who_publishes_over_another_s_definition_removes_its_lists_first(string name, string uid, bool another)
    {
        await using var rig = await StoreRig.StartAsync();
        await rig.Definitions.PutAsync(StoreRig.List("p", "ns/a"), StoreRig.Stop);
        (await rig.Cache.ReadAsync("/targets/p", StoreRig.Stop)).Result.Should().NotBeNull();

        // One that runs, so that it brings no list of its own.
        await rig.Definitions.PutAsync(
            DefinitionDigest.Seal(new GeneratorScript(new GeneratorDefinition { Path = "p", Name = name, Uid = uid }, "x")), StoreRig.Stop);

        ((await rig.Cache.ReadAsync("/targets/p", StoreRig.Stop)).Result is null).Should().Be(another);
        (await rig.Definitions.ReadAsync(name, null, StoreRig.Stop)).Should().ContainSingle().Which.Uid.Should().Be(uid);
        rig.Definitions.PoolOf("/targets/p").Should().Be("default");
    }

    [Fact]
    public async Task A_last_good_definition_is_forgotten_when_its_path_is_given_away()
    {
        await using var rig = await StoreRig.StartAsync();
        await rig.Definitions.PutAsync(StoreRig.List("p", "ns/a"), StoreRig.Stop);
        var kept = new LastGoodScripts(rig.Store);
        var key = new EntityKey("ns", "a");
        (await kept.KeepAsync(key, (await rig.Definitions.ReadAsync("ns/a", null, StoreRig.Stop)).Single(), StoreRig.Stop)).Should().NotBeNull();
        (await kept.KeepAsync(key, null, StoreRig.Stop)).Should().NotBeNull("a Redis that lost it gets it back");

        kept.GiveAway("other");
        (await kept.KeepAsync(key, null, StoreRig.Stop)).Should().NotBeNull();
        kept.GiveAway("p");

        (await kept.KeepAsync(key, null, StoreRig.Stop)).Should().BeNull();
        (await kept.KeepAsync(key, new StoredDefinition("p", "ns/other", "u", "h"), StoreRig.Stop)).Should().BeNull("it is another's");
    }
}
