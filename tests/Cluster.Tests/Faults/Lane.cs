using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using HttpSd.Core.Definitions;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;
using HttpSd.Tests;
using k8s;
using k8s.Autorest;
using k8s.Models;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace HttpSd.Cluster.Tests.Faults;

/// <summary>A namespace, a key prefix, and the processes that see nothing else: many of these go on side by side.</summary>
internal sealed class Lane : IAsyncDisposable
{
    private const string Group = "httpsd.io";
    private const string Version = "v1alpha1";
    private const string Plural = "targetgenerators";

    private static int count;

    private readonly RedisServer redis;
    private readonly RedisConnection connection;

    private Lane(LocalCluster.Cluster cluster, RedisServer redis, string name)
    {
        (this.redis, Name) = (redis, name);
        Admin = new Kubernetes(cluster.Control.AdminConfig);
        connection = new RedisConnection(Options.Create(new RedisOptions { Url = redis.Url, KeyPrefix = Prefix }));
        Definitions = new DefinitionStore(connection);
    }

    /// <summary>Of the namespace, and of its operators with their lease.</summary>
    public string Name { get; }

    public string Prefix => Name + ":";

    public string Folder { get; } = Directory.CreateTempSubdirectory("httpsd-lane-").FullName;

    public Kubernetes Admin { get; }

    /// <summary>Of the operators' account.</summary>
    public string Kubeconfig { get; private set; } = "";

    public DefinitionStore Definitions { get; }

    /// <summary>In the environment of every part, as <c>NAME=value</c>.</summary>
    public string[] Variables { get; set; } = [];

    /// <param name="cluster">Where.</param>
    /// <param name="redis">Null: the cluster's.</param>
    /// <param name="rights">Of its operators; null: what they are shipped with.</param>
    /// <param name="everywhere">They may read every namespace, and lead nowhere.</param>
    public static async Task<Lane> StartAsync(
        LocalCluster.Cluster cluster, RedisServer? redis = null, Rights? rights = null, bool everywhere = false)
    {
        var lane = new Lane(cluster, redis ?? cluster.Redis, $"lane-{Interlocked.Increment(ref count)}");
        await lane.Admin.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = lane.Name } });
        var given = rights ?? Rights.Shipped;
        lane.Kubeconfig = everywhere
            ? await given.GrantReadingAsync(cluster, lane.Admin, lane.Name, lane.Folder)
            : await given.GrantAsync(cluster, lane.Admin, lane.Name, lane.Folder);
        return lane;
    }

    /// <summary>An operator that acts at once, since it is the only one.</summary>
    public Task<Part> StartOperatorAsync(params string[] settings) => StartOperatorAsync(failpoint: null, settings);

    public Task<Part> StartOperatorAsync(string? failpoint, string[] settings) => Part.StartWithAsync(
        "Operator",
        null,
        [$"HTTPSD_FAILPOINT={failpoint}", .. Variables],
        [
            $"Kubernetes:KubeConfig={Kubeconfig}", $"Operator:Name={Name}", $"Operator:OwnNamespace={Name}",
            $"Operator:Namespaces:0={Name}", "Operator:LeaderElection=false", .. Store, .. settings,
        ]);

    public Task<Part> StartWorkerAsync(params string[] settings) => Part.StartWithAsync(
        "Worker", null, Variables, [.. Store, "Queue:SweepInterval=1s", LocalCluster.Cluster.Telling, "Worker:RunnerUser=0", .. settings]);

    public Task<Part> StartServerAsync(params string[] settings) => Part.StartWithAsync("SdServer", null, Variables, [.. Store, .. settings]);

    /// <summary>Parts are told on their command lines where Redis is; off: in <see cref="Variables"/>.</summary>
    public bool IsStoreNamed { get; set; } = true;

    /// <summary>Creates or changes a generator.</summary>
    public Task ApplyAsync(string name, object spec) => Admin.CustomObjects.PatchNamespacedCustomObjectAsync<JsonNode>(
        Patch(new { apiVersion = $"{Group}/{Version}", kind = "TargetGenerator", metadata = new { name, @namespace = Name }, spec }, V1Patch.PatchType.ApplyPatch),
        Group, Version, Name, Plural, name, fieldManager: "lane", force: true);

    /// <summary>A list of one target.</summary>
    public Task ApplyListAsync(string name, string target, string? path = null) =>
        ApplyAsync(name, new { path = path ?? name, staticTargets = new[] { new { targets = new[] { target } } } });

    public Task AnnotateAsync(string name, string reload) => Admin.CustomObjects.PatchNamespacedCustomObjectAsync<JsonNode>(
        Patch(new { metadata = new { annotations = new Dictionary<string, string> { ["httpsd.io/reload"] = reload } } }, V1Patch.PatchType.MergePatch),
        Group, Version, Name, Plural, name);

    public Task DeleteAsync(string name) =>
        Admin.CustomObjects.DeleteNamespacedCustomObjectAsync(Group, Version, Name, Plural, name);

    /// <summary>Null when there is none.</summary>
    public async Task<JsonNode?> FindAsync(string name)
    {
        try
        {
            return await Admin.CustomObjects.GetNamespacedCustomObjectAsync<JsonNode>(Group, Version, Name, Plural, name);
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public async Task<IReadOnlyList<JsonNode>> ListAsync()
    {
        var list = await Admin.CustomObjects.ListNamespacedCustomObjectAsync<JsonNode>(Group, Version, Name, Plural);
        return [.. list["items"]!.AsArray().OfType<JsonNode>()];
    }

    /// <summary>Its status says that of the object as it is now.</summary>
    public async Task<bool> IsReadyAsync(string name, string condition = "Ready") =>
        await FindAsync(name) is { } found && IsCurrent(found) && Condition(found, condition)?["status"]?.GetValue<string>() == "True";

    public async Task WaitReadyAsync(string name, double seconds = 30)
    {
        var ready = await Wait.UntilAsync(() => IsReadyAsync(name), r => r, seconds);
        ready.Should().BeTrue($"{name} is to become ready, and with {await CountJobsAsync()} jobs it is {(await FindAsync(name))?["status"]}");
    }

    public static bool IsCurrent(JsonNode found) =>
        found["status"]?["observedGeneration"]?.GetValue<long>() == found["metadata"]!["generation"]!.GetValue<long>();

    public static JsonNode? Condition(JsonNode found, string type) =>
        found["status"]?["conditions"]?.AsArray().FirstOrDefault(c => c!["type"]!.GetValue<string>() == type);

    /// <summary>What is published, by path; empty while it is not complete.</summary>
    public async Task<IReadOnlyDictionary<string, GeneratorDefinition>> ReadDefinitionsAsync()
    {
        var all = await Definitions.ReadChangesAsync("", 0, CancellationToken.None);
        return all.Epoch.Length == 0
            ? new Dictionary<string, GeneratorDefinition>()
            : all.Changed.ToDictionary(c => c.Path, c => DefinitionStore.Parse(c.Stored!, out _)!.Definition);
    }

    /// <summary>The script text, or the list, that is published.</summary>
    public async Task<string?> ReadScriptAsync(string path) =>
        (await Definitions.ReadScriptAsync(path, CancellationToken.None))?.Script.Script;

    /// <summary>Every key of the lane that has the text in its name.</summary>
    public Task<IReadOnlyList<string>> KeysAsync(string part) => connection.ControlAsync<IReadOnlyList<string>>(
        async (db, _) => [.. ((string[])(await db.ExecuteAsync("KEYS", $"{Prefix}*{part}*"))!)], CancellationToken.None);

    /// <summary>How many jobs wait or run.</summary>
    public Task<long> CountJobsAsync() => connection.ControlAsync(
        async (db, keys) => await db.ListLengthAsync(keys.Pending("default")) + await db.ListLengthAsync(keys.Processing("default")),
        CancellationToken.None);

    public Task<T> InRedisAsync<T>(Func<IDatabase, HttpSd.Redis.Keys, Task<T>> command) => connection.ControlAsync(command, CancellationToken.None);

    /// <summary>Only this lane loses everything.</summary>
    public async Task LoseStoreAsync()
    {
        var keys = await KeysAsync("");
        await InRedisAsync((db, _) => db.KeyDeleteAsync([.. keys.Select(k => (RedisKey)k)]));
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        await connection.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private string[] Store => IsStoreNamed ? [$"Redis:Url={redis.Url}", $"Redis:KeyPrefix={Prefix}"] : [$"Redis:KeyPrefix={Prefix}"];

    private static V1Patch Patch(object body, V1Patch.PatchType type) => new(JsonSerializer.Serialize(body), type);
}
