using HttpSd.Kube;

[assembly: AssemblyFixture(typeof(HttpSd.Cluster.Tests.Faults.FaultGround))]

namespace HttpSd.Cluster.Tests.Faults;

/// <summary>
/// A cluster without an operator of its own, for tests whose operators come to grief while API server and Redis
/// stay as they are. Started by the first that asks.
/// </summary>
public sealed class FaultGround : IAsyncDisposable
{
    private readonly Lazy<Task<LocalCluster.Cluster>> cluster = new(() => LocalCluster.Cluster.StartAsync());

    internal Task<LocalCluster.Cluster> ClusterAsync() => cluster.Value;

    public async ValueTask DisposeAsync()
    {
        if (cluster.IsValueCreated)
            await (await cluster.Value).DisposeAsync();
    }
}

/// <summary>A lane with a worker, for one test class.</summary>
public sealed class WorkingLane(FaultGround ground) : IAsyncLifetime
{
    private Part worker = null!;

    internal Lane Lane { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Lane = await Lane.StartAsync(await ground.ClusterAsync());
        // Ready only when something is published.
        worker = await Lane.StartWorkerAsync();
    }

    public async ValueTask DisposeAsync()
    {
        worker?.Dispose();
        if (Lane is not null)
            await Lane.DisposeAsync();
    }
}
