using System.Text.Json;
using HttpSd.Cluster.Tests.Users;
using k8s;

namespace HttpSd.Cluster.Tests.Pools;

/// <summary>Somebody who looks after one pool and its Deployment, which has the same name.</summary>
internal sealed class PoolKeeper : IAsyncDisposable
{
    private readonly PoolCluster ground;
    private readonly Kubernetes kubernetes;

    private PoolKeeper(PoolCluster ground)
    {
        this.ground = ground;
        kubernetes = new Kubernetes(ground.Cluster.Control.AdminConfig);
    }

    public string Name { get; } = $"p{Guid.NewGuid():n}"[..9];

    /// <summary>Begins with a Deployment of so many replicas; negative: without one.</summary>
    public static async Task<PoolKeeper> ComeAsync(PoolCluster ground, int replicas)
    {
        var keeper = new PoolKeeper(ground);
        if (replicas >= 0)
            await keeper.DeployAsync(replicas);
        return keeper;
    }

    public Task<string> MustAsync(params string[] arguments) => ground.Cluster.MustAsync(["-n", LocalCluster.Cluster.OwnNamespace, .. arguments]);

    public Task<string> ApplyAsync(string manifest) => ground.Cluster.ApplyAsync(manifest, "-n", LocalCluster.Cluster.OwnNamespace);

    // Without a deadline a Deployment whose Pods nobody starts does not count as one that is being rolled out.
    public Task<string> DeployAsync(int replicas) => ApplyAsync($$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: {{Name}}}
        spec:
          replicas: {{replicas}}
          progressDeadlineSeconds: 2147483647
          selector: {matchLabels: {app: {{Name}} } }
          template:
            metadata: {labels: {app: {{Name}} } }
            spec:
              terminationGracePeriodSeconds: 3700
              containers: [{name: worker, image: none}]
        """);

    /// <summary>The pool, with further lines of its spec.</summary>
    public Task<string> PoolAsync(string spec = "", string? name = null, string annotations = "") => ApplyAsync($$"""
        apiVersion: httpsd.io/v1alpha1
        kind: WorkerPool
        metadata: {name: {{name ?? Name}}, annotations: { {{annotations}} } }
        spec:
          scaleTargetRef: {name: {{Name}}}
          maxReplicas: 5
          scaleDown: {loadWindow: 1s, backlogWindow: 1s, idleAfter: 1s}
        {{string.Join('\n', spec.Split('\n').Select(l => "  " + l))}}
        """);

    public Task EnqueueAsync(int jobs) => ground.EnqueueAsync(Name, jobs);

    public async Task<int> ReplicasAsync() =>
        (await kubernetes.AppsV1.ReadNamespacedDeploymentAsync(Name, LocalCluster.Cluster.OwnNamespace)).Spec.Replicas ?? 1;

    public async Task ReplicasAsync(int wanted)
    {
        var last = -1;
        await Patience.UntilAsync(async () => (last = await ReplicasAsync()) == wanted, () => $"{last} replicas, {wanted} were expected", 30);
    }

    /// <summary>The replicas are so many, and stay so for a few decisions.</summary>
    public async Task StaysAsync(int replicas)
    {
        await ReplicasAsync(replicas);
        await Patience.WhileAsync(async () => await ReplicasAsync() == replicas, () => "replicas have changed", 4);
    }

    public async Task<PoolView> SeeAsync(string? name = null) => new(await kubernetes.CustomObjects.GetNamespacedCustomObjectAsync<JsonElement>(
        "httpsd.io", "v1alpha1", LocalCluster.Cluster.OwnNamespace, "workerpools", name ?? Name));

    public async Task<PoolView> SeeAsync(Func<PoolView, bool> wanted, string? name = null)
    {
        PoolView? last = null;
        await Patience.UntilAsync(async () => wanted(last = await SeeAsync(name)), () => $"{last}", 30);
        return last!;
    }

    public async Task<IReadOnlyList<Told>> EventsAsync() =>
        [.. (await kubernetes.CoreV1.ListNamespacedEventAsync(LocalCluster.Cluster.OwnNamespace, fieldSelector: $"involvedObject.name={Name},involvedObject.kind=WorkerPool"))
            .Items.Select(e => new Told(e.Type, e.Reason, e.Message, e.Count ?? 0))];

    /// <summary>Waits for an event; its message.</summary>
    public async Task<string> ToldAsync(string reason)
    {
        IReadOnlyList<Told> all = [];
        await Patience.UntilAsync(async () => (all = await EventsAsync()).Any(t => t.Reason == reason), () => $"{reason} was expected, told was {string.Join(", ", all)}");
        return all.First(t => t.Reason == reason).Message;
    }

    public async ValueTask DisposeAsync()
    {
        await MustAsync("delete", "wp,deployment,hpa", Name, "--ignore-not-found", "--wait=false");
        kubernetes.Dispose();
    }
}

/// <summary>A WorkerPool as a user reads it.</summary>
internal sealed class PoolView(JsonElement json)
{
    private JsonElement Status => json.TryGetProperty("status", out var status) ? status : default;

    public string Version => json.GetProperty("metadata").GetProperty("resourceVersion").GetString()!;

    /// <summary>Such as <c>True Scaling</c>.</summary>
    public string this[string condition] => Of(condition) is { ValueKind: JsonValueKind.Object } found
        ? $"{found.GetProperty("status").GetString()} {found.GetProperty("reason").GetString()}" : "";

    public string Message(string condition) => Of(condition).GetProperty("message").GetString()!;

    /// <summary>A number of the status; -1 when it isn't there.</summary>
    public long Number(string name) =>
        Status.ValueKind == JsonValueKind.Object && Status.TryGetProperty(name, out var value) ? value.GetInt64() : -1;

    public string Reason => Status.GetProperty("reason").GetString()!;

    public override string ToString() => $"{Status}";

    private JsonElement Of(string condition) => Status.ValueKind == JsonValueKind.Object && Status.TryGetProperty("conditions", out var all)
        ? all.EnumerateArray().FirstOrDefault(c => c.GetProperty("type").GetString() == condition) : default;
}
