using HttpSd.Core.Requests;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Queue;
using Microsoft.Extensions.Options;

namespace HttpSd.Cluster.Tests.Pools;

/// <summary>A cluster with the controllers that make Pods of Deployments, and an operator that decides every second. No worker: jobs stay.</summary>
public sealed class PoolCluster : IAsyncLifetime
{
    private readonly List<Part> parts = [];
    private RedisConnection redis = null!;

    internal LocalCluster.Cluster Cluster { get; private set; } = null!;

    internal Part Operator => parts[0];

    internal Part Server => parts[1];

    internal JobQueue Queue { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Cluster = await LocalCluster.Cluster.StartAsync();
        await Cluster.Control.StartControllersAsync();
        redis = new RedisConnection(Options.Create(new RedisOptions { Url = Cluster.Redis.Url }));
        Queue = new JobQueue(redis, Options.Create(new QueueOptions()), TimeProvider.System);
        parts.Add(await StartOperatorAsync());
        parts.Add(await Cluster.StartServerAsync(null));
        foreach (var part in parts)
            await part.WaitReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        parts.ForEach(p => p.Dispose());
        if (redis is not null)
            await redis.DisposeAsync();
        if (Cluster is not null)
            await Cluster.DisposeAsync();
    }

    /// <summary>The operator dies as by <c>kill -9</c>, and another one is started in its place, which has to wait for the lease.</summary>
    internal async Task ReplaceOperatorAsync()
    {
        Operator.Dispose();
        parts[0] = await StartOperatorAsync();
    }

    /// <summary>Jobs that nobody will run.</summary>
    internal async Task EnqueueAsync(string pool, int jobs)
    {
        for (var n = 0; n < jobs; n++)
            await Queue.EnqueueAsync(pool, new RequestKey($"{pool}/{n}", []), 0, reload: false, CancellationToken.None);
    }

    private Task<Part> StartOperatorAsync() => Cluster.StartOperatorAsync(null, "Operator:ScalingInterval=1s", "Operator:StatusInterval=1s");
}

[CollectionDefinition(Name)]
public sealed class PoolTestGroup : ICollectionFixture<PoolCluster>
{
    public const string Name = "pools";
}
