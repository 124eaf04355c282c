using System.Text.Json;
using System.Text.Json.Nodes;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Kubernetes;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Caching;
using HttpSd.Operator.Tests.Runtime;
using k8s.Models;

namespace HttpSd.Operator.Tests;

public sealed class ConfigMapsTests : IAsyncLifetime
{
    private static readonly EntityKey Key = new("ns", "m");

    private readonly EntityStore<V1ConfigMap> maps = new();
    private readonly EntityStore<TargetGenerator> generators = new();
    private ScriptedApiServer server = null!;
    private k8s.Kubernetes kubernetes = null!;
    private ConfigMaps subject = null!;

    public async ValueTask InitializeAsync()
    {
        server = await ScriptedApiServer.StartAsync();
        kubernetes = server.Connect();
        subject = new ConfigMaps(kubernetes, maps, generators);
    }

    public ValueTask DisposeAsync()
    {
        kubernetes.Dispose();
        return server.DisposeAsync();
    }

    [Fact]
    public void Only_what_is_referred_to_keeps_its_data()
    {
        Refer("g", "m");
        foreach (var name in Enumerable.Range(0, 1000).Select(n => $"other-{n}").Append("m"))
            maps.Put(Stripped(name));

        maps.All.Where(m => m.Data is not null || m.BinaryData is not null).Should().ContainSingle().Which.Metadata.Name.Should().Be("m");
    }

    [Fact]
    public async Task What_was_fetched_is_small_and_goes_with_its_last_user()
    {
        Store("m");
        Refer("one", "m");
        Refer("two", "m");
        var map = await ReadAsync();
        map!.Data["script"].Should().Be("text");
        (map.Metadata.Annotations is null, map.Metadata.ManagedFields is null).Should().Be((true, true));
        await ReadAsync();
        server.Requests.Should().HaveCount(1);

        generators.Remove(new EntityKey("ns", "one"));
        subject.Fetched.Should().Be(1);
        Refer("two", "another");
        subject.Fetched.Should().Be(0);
    }

    [Fact]
    public async Task A_generator_that_changes_and_refers_to_the_same_costs_nothing()
    {
        Store("m");
        Refer("one", "m");
        await ReadAsync();
        Refer("one", "m", version: 2);
        await ReadAsync();
        server.Requests.Should().HaveCount(1);
    }

    [Fact]
    public async Task What_is_deleted_while_it_is_on_its_way_is_not_kept()
    {
        Store("m");
        Refer("g", "m");
        var deleted = new TaskCompletionSource();
        server.After = _ => deleted.Task;
        var reading = ReadAsync();
        await Clock.SoonAsync(() => server.Requests.Count == 1);
        maps.Remove(Key);
        deleted.SetResult();
        await reading;

        subject.Fetched.Should().Be(0);
    }

    [Fact]
    public async Task A_new_leader_fetches_several_at_a_time()
    {
        var (now, most) = (0, 0);
        server.Before = async _ =>
        {
            var running = Interlocked.Increment(ref now);
            lock (maps)
                most = Math.Max(most, running);
            await Task.Delay(20);
            Interlocked.Decrement(ref now);
        };
        for (var n = 0; n < 40; n++)
        {
            Store($"m{n}");
            Refer($"g{n}", $"m{n}");
        }
        Refer("missing", "nowhere");
        server.Remove("/api/v1/namespaces/ns/configmaps/m7");
        await new ScriptsAhead(subject).RunAsync(TestContext.Current.CancellationToken);

        subject.Fetched.Should().Be(39);
        most.Should().BeInRange(2, 8);
        server.Refuses = 500;
        await new ScriptsAhead(subject).RunAsync(TestContext.Current.CancellationToken);
        server.Requests.Count.Should().Be(41, "what is there already isn't fetched");
    }

    private Task<V1ConfigMap?> ReadAsync() => subject.ReadAsync(Key, TestContext.Current.CancellationToken);

    private V1ConfigMap Stripped(string name, string version = "1")
    {
        var map = new V1ConfigMap
        {
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "ns", Uid = name, ResourceVersion = version },
            Data = new Dictionary<string, string> { ["script"] = "text" },
            BinaryData = new Dictionary<string, byte[]> { ["more"] = [1] },
        };
        subject.Strip(map);
        return map;
    }

    // On the server, and in the store as what nobody referred to when it came.
    private void Store(string name)
    {
        var put = server.Put($"/api/v1/namespaces/ns/configmaps/{name}", new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = "ns",
                ["uid"] = name,
                ["annotations"] = new JsonObject { ["own"] = "1" },
                ["managedFields"] = new JsonArray(new JsonObject { ["manager"] = "k" }),
            },
            ["data"] = new JsonObject { ["script"] = "text" },
        });
        maps.Put(Stripped(name, (string)put["metadata"]!["resourceVersion"]!));
    }

    private void Refer(string generator, string map, int version = 1) => generators.Put(new TargetGenerator
    {
        Metadata = new V1ObjectMeta { Name = generator, NamespaceProperty = "ns", Uid = generator, ResourceVersion = $"{map}-{version}" },
        Spec = JsonDocument.Parse($$"""{"scriptFrom":{"configMapKeyRef":{"name":"{{map}}","key":"script"} } }""").RootElement,
    });
}
