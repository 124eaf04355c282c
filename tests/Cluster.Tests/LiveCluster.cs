[assembly: AssemblyFixture(typeof(HttpSd.Cluster.Tests.LiveCluster))]

namespace HttpSd.Cluster.Tests;

/// <summary>
/// One cluster for the whole run, with an operator, an SD server and a worker that nobody hurts: tests keep apart
/// by namespaces and paths. A test that breaks something starts a cluster or an operator of its own.
/// </summary>
public sealed class LiveCluster : IAsyncLifetime
{
    private readonly List<Part> parts = [];

    internal LocalCluster.Cluster Cluster { get; private set; } = null!;

    internal Part Operator => parts[0];

    internal Part Server => parts[1];

    internal Part Worker => parts[2];

    public async ValueTask InitializeAsync()
    {
        Cluster = await LocalCluster.Cluster.StartAsync();
        parts.Add(await Cluster.StartOperatorAsync(null));
        parts.Add(await Cluster.StartServerAsync(null));
        parts.Add(await Cluster.StartWorkerAsync(null, LocalCluster.Cluster.Telling));
        foreach (var part in parts)
            await part.WaitReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        parts.ForEach(p => p.Dispose());
        if (Cluster is not null)
            await Cluster.DisposeAsync();
    }
}
