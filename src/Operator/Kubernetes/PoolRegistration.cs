using HttpSd.Operator.Entities;
using HttpSd.Operator.Runtime.Caching;
using HttpSd.Operator.Runtime.Controller;
using HttpSd.Operator.Runtime.Hosting;
using k8s.Models;

namespace HttpSd.Operator.Kubernetes;

internal static partial class PoolRegistration
{
    /// <summary>Scales the Deployments of the WorkerPools in the operator's own namespace, and tells generators of pools.</summary>
    public static IOperatorBuilder AddPools(this IOperatorBuilder host, OperatorOptions options)
    {
        var own = options.OwnNamespace.Length > 0 ? options.OwnNamespace : PodNamespace.Find();
        var scope = new PoolScope(own, ReadsNamespaces: options.Namespaces.Length == 0);
        host.Services
            .AddSingleton(scope)
            .AddSingleton<EntityStore<V1Deployment>>()
            .AddSingleton<EntityStore<V1Pod>>()
            .AddSingleton<EntityStore<V1Namespace>>()
            .AddSingleton<PoolUsers>()
            .AddSingleton<PoolDirectory>()
            .AddSingleton<PodStarts>()
            .AddSingleton<PoolTargets>()
            .AddSingleton<PoolRivals>()
            .AddSingleton<PoolMemories>()
            .AddSingleton<PoolMetrics>()
            .AddSingleton<PoolGathering>()
            .AddSingleton<PoolScaling>()
            .AddSingleton<DeletionCosts>()
            .AddSingleton<PoolActs>();
        host.AddController<PoolController, WorkerPool>(controller =>
            controller.Filter = new ChangeFilter { Annotations = [WorkerPool.PausedAnnotation] });
        host.AddReflector(s => s.GetRequiredService<ReflectorFactory>()
            .Create(s.GetRequiredService<EntityStore<WorkerPool>>(), [own]).Single());
        host.AddReflector(s => s.GetRequiredService<ReflectorFactory>()
            .Create(s.GetRequiredService<EntityStore<V1Deployment>>(), [own], transform: DeploymentReading.Strip).Single());
        host.AddReflector(s => s.GetRequiredService<ReflectorFactory>()
            .Create(s.GetRequiredService<EntityStore<V1Pod>>(), [own], transform: DeploymentReading.Strip).Single());
        if (scope.ReadsNamespaces)
            host.AddReflector(s => s.GetRequiredService<ReflectorFactory>()
                .Create(s.GetRequiredService<EntityStore<V1Namespace>>(), [], transform: PoolDirectory.Strip).Single());
        return host.AddOnSynced<PoolCensus>();
    }

    /// <summary>Before the first object is read: what follows the stores has to see them filling.</summary>
    public static void ConnectPools(this IServiceProvider services)
    {
        services.GetRequiredService<PoolMetrics>();
        var (generators, pools) = (services.GetRequiredService<IEntityTrigger<TargetGenerator>>(), services.GetRequiredService<IEntityTrigger<WorkerPool>>());
        services.GetRequiredService<PoolDirectory>().Concerned += key => generators.Enqueue(key);
        services.GetRequiredService<PoolTargets>().Concerned += key => pools.Enqueue(key);
    }

    /// <summary>Says once that nothing is scaled, when it is so.</summary>
    private sealed class PoolCensus(EntityStore<WorkerPool> pools, PoolScope scope, ILogger<PoolController> log) : IOnSynced
    {
        public Task RunAsync(CancellationToken cancellationToken)
        {
            if (pools.Count == 0)
                Log.NoPool(log, scope.Namespace);
            return Task.CompletedTask;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "There is no WorkerPool in namespace {Namespace}, so nothing is scaled")]
        public static partial void NoPool(ILogger logger, string @namespace);
    }
}
