using HttpSd.Operator.Entities;
using HttpSd.Operator.Pools;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Caching;
using HttpSd.Operator.Runtime.Client;
using HttpSd.Operator.Runtime.Controller;
using k8s.Autorest;
using Microsoft.Extensions.Options;

namespace HttpSd.Operator.Kubernetes;

/// <summary>Gather, decide, act, for one WorkerPool, every few seconds.</summary>
internal sealed partial class PoolController(
    PoolGathering gathering,
    PoolActs acts,
    PoolMemories memories,
    PoolMetrics metrics,
    PoolTargets targets,
    PoolScaling scaling,
    EntityStore<WorkerPool> pools,
    IOptions<OperatorOptions> options,
    ILogger<PoolController> log) : IEntityController<WorkerPool>
{
    public async Task<ReconciliationResult<WorkerPool>> ReconcileAsync(WorkerPool entity, CancellationToken cancellationToken)
    {
        var observed = await gathering.ReadAsync(entity, cancellationToken);
        var plan = PoolDecision.Decide(observed);
        var refusal = await acts.ScaleAsync(observed, plan, cancellationToken);
        if (refusal is not null)
            plan = PoolDecision.Decide(observed with { Refusal = refusal });
        // Only now: what a pass that met a conflict has decided did not happen.
        memories.Keep(entity, plan.Memory);
        metrics.Show(observed, plan);
        await acts.WriteStatusAsync(entity, plan, cancellationToken);
        return refusal is null
            ? ReconciliationResult<WorkerPool>.Success(entity, options.Value.ScalingInterval)
            : ReconciliationResult<WorkerPool>.Failure(entity, refusal);
    }

    /// <summary>The size stays, but nobody is left to bring a pool back from zero.</summary>
    public async Task<ReconciliationResult<WorkerPool>> DeletedAsync(WorkerPool entity, CancellationToken cancellationToken)
    {
        var key = EntityKey.Of(entity);
        memories.Forget(entity);
        if (pools.Find(key) is null)
        {
            metrics.Forget(entity.Metadata.Name);
            acts.Forget(key);
        }
        await ReviveAsync(entity, cancellationToken);
        return ReconciliationResult<WorkerPool>.Success(entity);
    }

    private async Task ReviveAsync(WorkerPool entity, CancellationToken cancellationToken)
    {
        if (WorkerPoolReader.Read(entity.Metadata.Name, entity.Spec).Settings is not { Recommends: false } settings
            || PoolDecision.IsPaused(entity)
            || targets.Find(entity) is not { Spec.Replicas: 0 }
            || pools.All.Any(p => PoolTargets.NameOf(p) == settings.Target))
            return;
        try
        {
            var refusal = await scaling.SetAsync(entity.Metadata.NamespaceProperty, settings.Target, 0, 1, cancellationToken);
            if (refusal is null)
                Log.Revived(log, settings.Target, entity.Metadata.Name);
            else
                Log.LeftAtZero(log, settings.Target, entity.Metadata.Name, refusal);
        }
        catch (Exception e) when (e is WriteConflictException or HttpOperationException or HttpRequestException)
        {
            Log.LeftAtZero(log, settings.Target, entity.Metadata.Name, Refusal.Describe(e));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Deployment {Deployment} is set from 0 to 1 replica, because WorkerPool {Pool} is deleted")]
        public static partial void Revived(ILogger logger, string deployment, string pool);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Deployment {Deployment} stays at 0 replicas though WorkerPool {Pool} is deleted: {Reason}")]
        public static partial void LeftAtZero(ILogger logger, string deployment, string pool, string reason);
    }
}
