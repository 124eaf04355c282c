namespace HttpSd.Cluster.Tests.Pools;

/// <summary>A pool with a Deployment whose Pods are worker processes, and with jobs.</summary>
internal sealed class WorkedPool : IAsyncDisposable
{
    public const int Concurrency = 4;

    // A script may take 20 s, and the pool asks for 15 s more.
    private const int Grace = 40;

    private readonly PoolCluster ground;

    private WorkedPool(PoolCluster ground, PoolKeeper keeper)
    {
        (this.ground, Keeper) = (ground, keeper);
        Jobs = new NotedJobs(ground.Cluster, ground.Server, keeper.Name);
        Sizes = new SizeTrace(keeper);
        Kubelet = new PlayedKubelet(
            ground.Cluster, keeper.Name, $"Worker:Pool={keeper.Name}", $"Worker:Concurrency={Concurrency}", "Worker:PassEnvironment:0=POD_NAME", LocalCluster.Cluster.Telling,
            $"Worker:ShutdownTimeout={TimeSpan.FromSeconds(Grace - 2)}");
    }

    public PoolKeeper Keeper { get; }

    public NotedJobs Jobs { get; }

    public SizeTrace Sizes { get; }

    public PlayedKubelet Kubelet { get; }

    /// <summary>Begins with one Pod that is ready and generators that have had their first runs.</summary>
    public static async Task<WorkedPool> ComeAsync(PoolCluster ground, string spec, string annotations = "")
    {
        var keeper = await PoolKeeper.ComeAsync(ground, replicas: -1);
        await keeper.ApplyAsync($$"""
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: {{keeper.Name}}}
            spec:
              selector: {matchLabels: {app: {{keeper.Name}} } }
              template:
                metadata: {labels: {app: {{keeper.Name}} } }
                spec:
                  terminationGracePeriodSeconds: {{Grace}}
                  containers: [{name: worker, image: none}]
            """);
        var pool = new WorkedPool(ground, keeper);
        try
        {
            await pool.ApplyAsync(spec, annotations);
            await pool.Jobs.PublishAsync();
            await keeper.SeeAsync(p => p.Number("currentReplicas") == 1 && p.Number("pending") == 0);
            return pool;
        }
        catch
        {
            await pool.DisposeAsync();
            throw;
        }
    }

    public Task ApplyAsync(string spec, string annotations = "") => Keeper.ApplyAsync($$"""
        apiVersion: httpsd.io/v1alpha1
        kind: WorkerPool
        metadata: {name: {{Keeper.Name}}, annotations: { {{annotations}} } }
        spec:
          scaleTargetRef: {name: {{Keeper.Name}}}
          concurrency: {{Concurrency}}
        {{string.Join('\n', spec.Split('\n').Select(l => "  " + l))}}
        """);

    /// <summary>Waits until so many Pods are ready.</summary>
    public async Task ReadyAsync(int pods)
    {
        var last = "";
        await Users.Patience.UntilAsync(
            async () => (last = await Keeper.MustAsync("get", "deployment", Keeper.Name, "-o", "jsonpath={.status.readyReplicas}")) == $"{pods}",
            () => $"{last} are ready, {pods} were expected", 30);
    }

    /// <summary>Every Pod that ended did so by itself after it was told to.</summary>
    public void NobodyWasKilled() => Kubelet.Ended.Where(e => e.How != "ended with 0").Should().BeEmpty();

    public async ValueTask DisposeAsync()
    {
        await Sizes.DisposeAsync();
        await Keeper.DisposeAsync();
        await Jobs.DeleteAsync();
        await Kubelet.DisposeAsync();
        Jobs.Dispose();
    }
}
