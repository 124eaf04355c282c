using System.Text;
using HttpSd.Core.Definitions;
using HttpSd.Core.Targets;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Definitions;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Definitions;

public sealed class StaticListsTests(Stores stores)
{
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
    public async Task A_list_that_can_not_be_stored_is_named_keeps_what_was_there_and_stops_no_other(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var publisher = new DefinitionPublisher(corner.Definitions, corner.Queue, corner.Cache, new TargetListLimits { MaxTargets = 1 });
        await publisher.PublishAsync([Scripts.Static("a", """[{"targets":["h:1"]}]""")], Corner.Stop);

        const string large = """[{"targets":["h:1","h:2"]}]""";
        GeneratorScript[] wanted = [Scripts.Static("a", large), Scripts.Static("b", large), Scripts.Static("c", "[]")];
        var report = await publisher.PublishAsync(wanted, Corner.Stop);
        await publisher.RestoreListsAsync(wanted, Corner.Stop);

        report.Should().BeEquivalentTo(new PublicationReport(["c"], [])
        {
            Refused = new Dictionary<string, string>
            {
                ["a"] = "the list has 2 targets, Worker:MaxTargets allows 1",
                ["b"] = "the list has 2 targets, Worker:MaxTargets allows 1",
            },
        });
        (await publisher.IsCurrentAsync(Corner.Stop)).Should().BeTrue();
        (await BodyAsync(corner, "a")).Should().Be("""[{"targets":["h:1"]}]""");
        (await BodyAsync(corner, "b")).Should().BeNull();
        (await corner.Definitions.ReadScriptAsync("b", Corner.Stop)).Should().BeNull("nobody could answer for it");
        (await publisher.PublishAsync([Scripts.Static("a", "[]")], Corner.Stop)).Refused.Should().BeEmpty();
    }

    [Theory, EveryStore]
    public async Task A_reader_restores_a_list_as_its_publisher_has_stored_it_whatever_its_settings(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var limits = new TargetListLimits { MaxTargets = 300_000, Normalize = false, Utf8LabelNames = true };
        var publisher = new DefinitionPublisher(corner.Definitions, corner.Queue, corner.Cache, limits);
        var many = string.Join(',', Enumerable.Range(0, 200_001).Select(i => $"\"h:{200_001 - i}\""));
        var list = $$$"""[{"targets":[{{{many}}}],"labels":{"größe":"x"}}]""";
        await publisher.PublishAsync([Scripts.Static("a", list)], Corner.Stop);
        await corner.Cache.DeleteAsync(["/targets/a"], Corner.Stop);

        var reader = new StaticLists(corner.Definitions, corner.Cache, new ParameterSets(corner.Queue, corner.Cache));
        await reader.RestoreAsync("a", DateTimeOffset.UtcNow, Corner.Stop);

        (await BodyAsync(corner, "a")).Should().Be(list);
    }

    [Theory, EveryStore]
    public async Task A_static_definition_that_is_no_list_is_nothing_to_restore(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.Definitions.PublishAsync(Scripts.Static("a", "{}"), Corner.Stop);

        var reader = new StaticLists(corner.Definitions, corner.Cache, new ParameterSets(corner.Queue, corner.Cache));
        await reader.RestoreAsync("a", DateTimeOffset.UtcNow, Corner.Stop);

        (await BodyAsync(corner, "a")).Should().BeNull();
    }

    private static async Task<string?> BodyAsync(Corner corner, string path)
    {
        var fullPath = StaticLists.FullPath(path);
        return (await corner.Cache.ReadAsync(fullPath, Corner.Stop)).Result is { } result
            && await corner.Cache.ReadBodyAsync(fullPath, result.ETag, Corner.Stop) is { } body
                ? Encoding.UTF8.GetString(body.Span)
                : null;
    }
}
