using HttpSd.Core.Definitions;
using HttpSd.Redis.Definitions;
using k8s;

namespace HttpSd.Cluster.Tests.Faults;

/// <summary>Paths that change hands, or nobody's hands, where only a full publication finds it out.</summary>
public sealed class PathTakeoverTests(FaultGround ground) : IAsyncLifetime
{
    private const string Failing = "def generate_targets(**p):\n    raise ValueError('no')\n";

    private Lane lane = null!;

    public async ValueTask InitializeAsync() => lane = await Lane.StartAsync(await ground.ClusterAsync());

    public ValueTask DisposeAsync() => lane.DisposeAsync();

    [Fact]
    public async Task A_list_is_not_served_as_that_of_who_took_its_path_while_no_operator_ran()
    {
        using (var first = await lane.StartOperatorAsync())
        {
            await lane.ApplyListAsync("older", "older:1", "y");
            await NextSecondAsync();
            await lane.ApplyListAsync("younger", "younger:1", "x");
            await lane.WaitReadyAsync("older");
            await lane.WaitReadyAsync("younger");
        }
        (await lane.KeysAsync("/targets/x}:v")).Should().NotBeEmpty("the test is to be able to fail");
        await lane.ApplyAsync("older", new { path = "x", script = Failing });

        using var next = await lane.StartOperatorAsync();

        await Wait.UntilAsync(() => lane.IsReadyAsync("older", "Published"), "the older one has the path");
        (await lane.KeysAsync("/targets/x}:v")).Should().BeEmpty("it has made no list");
        var stored = await lane.ReadDefinitionsAsync();
        stored.Keys.Should().Equal("x");
        stored["x"].Name.Should().Be($"{lane.Name}/older");
        await Wait.UntilAsync(async () => await ReasonAsync("younger") == "PathConflict", "the younger one says why it isn't served");
    }

    [Fact]
    public async Task A_last_good_definition_does_not_come_back_at_a_path_that_was_given_away()
    {
        using var op = await lane.StartOperatorAsync();
        await lane.ApplyListAsync("was", "was:1", "x");
        await lane.WaitReadyAsync("was");
        // It can't be published at its new path, so it is served at the old one until somebody wants that.
        await lane.ApplyAsync("was", new { path = "elsewhere", timeout = "2h", script = Failing });
        await Wait.UntilAsync(async () => await ReasonAsync("was") == "InvalidSpec", "it is wrong");
        (await lane.ReadDefinitionsAsync()).Keys.Should().Equal("x");
        await lane.ApplyListAsync("now", "now:1", "x");
        await lane.WaitReadyAsync("now");
        await lane.DeleteAsync("now");
        await lane.ApplyListAsync("mark", "mark:1");
        await Wait.UntilAsync(async () => (await lane.ReadDefinitionsAsync()).Keys.SequenceEqual(["mark"]), "the path is nobody's");

        await lane.LoseStoreAsync();

        await Wait.UntilAsync(async () => (await lane.ReadDefinitionsAsync()).ContainsKey("mark"), "the store is filled again");
        (await lane.ReadDefinitionsAsync()).Keys.Should().Equal("mark");
    }

    [Fact]
    public async Task Another_path_policy_moves_every_path()
    {
        using (var first = await lane.StartOperatorAsync())
        {
            await lane.ApplyListAsync("a", "a:1", "p");
            await lane.WaitReadyAsync("a");
        }
        using (var prefixed = await lane.StartOperatorAsync("Operator:PathPolicy=namespaced"))
        {
            await Wait.UntilAsync(async () => await PathAsync("a") == $"{lane.Name}/p", "the status says where it is served");
            (await lane.ReadDefinitionsAsync()).Keys.Should().Equal($"{lane.Name}/p");
            (await lane.KeysAsync("/targets/p}")).Should().BeEmpty();
            (await lane.KeysAsync($"/targets/{lane.Name}/p}}:v")).Should().ContainSingle();
            await ToldAsync($"/targets/p is gone, the path is {lane.Name}/p now");
            await lane.ApplyListAsync("long", "a:1", new string('p', 510));
            await Wait.UntilAsync(async () => await ReasonAsync("long") == "InvalidSpec", "it is too long with its namespace");
            Lane.Condition((await lane.FindAsync("long"))!, "Ready")!["message"]!.GetValue<string>().Should().StartWith(
                "spec.path: with the namespace before it a path has at most 512 characters");
            await lane.DeleteAsync("long");
        }
        using var again = await lane.StartOperatorAsync();
        await Wait.UntilAsync(async () => await PathAsync("a") == "p", "and back");
        (await lane.ReadDefinitionsAsync()).Keys.Should().Equal("p");
        await ToldAsync($"/targets/{lane.Name}/p is gone, the path is p now");
    }

    [Fact]
    public async Task A_definition_of_a_newer_build_stays_as_long_as_its_object_does()
    {
        await lane.ApplyAsync("newer", new { timeout = "2h", script = Failing });
        var uid = (await lane.FindAsync("newer"))!["metadata"]!["uid"]!.GetValue<string>();
        foreach (var (name, of) in new[] { ("newer", uid), ("gone", "u") })
        {
            var script = new GeneratorScript(new GeneratorDefinition { Path = name, Name = $"{lane.Name}/{name}", Uid = of, Schema = 99 }, "x");
            await lane.Definitions.PublishAsync(DefinitionDigest.Seal(script), CancellationToken.None);
        }

        using var op = await lane.StartOperatorAsync();

        await Wait.UntilAsync(async () => await ReasonAsync("newer") == "InvalidSpec", "it is looked at");
        (await lane.Definitions.ReadPathsAsync(CancellationToken.None)).Paths.Should().Equal("newer");
        (await op.MetricsAsync()).Should().Contain("\nhttpsd_operator_unknown_definitions 1\n");
        op.Log.Should().Contain("know their schema: newer");
    }

    private async Task ToldAsync(string message) => await Wait.UntilAsync(
        async () => (await lane.Admin.CoreV1.ListNamespacedEventAsync(lane.Name)).Items.Any(e => e.Reason == "PathRemoved" && e.Message == message),
        $"an event says: {message}");

    private async Task<string?> ReasonAsync(string name) =>
        await lane.FindAsync(name) is { } found && Lane.IsCurrent(found) ? Lane.Condition(found, "Ready")?["reason"]?.GetValue<string>() : null;

    private async Task<string?> PathAsync(string name) => (await lane.FindAsync(name))?["status"]?["path"]?.GetValue<string>();

    // creationTimestamp has whole seconds.
    private static Task NextSecondAsync() => Task.Delay(1050);
}
