using HttpSd.Operator.Entities;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Caching;
using HttpSd.Redis.Connection;

namespace HttpSd.Operator.Kubernetes;

/// <summary>Gather, decide, act, for one TargetGenerator.</summary>
internal sealed class GeneratorController(
    GeneratorGathering gathering, GeneratorActs acts, EntityStore<TargetGenerator> generators) : IEntityController<TargetGenerator>
{
    // Not the backoff, which grows to minutes: Redis comes back for all of them at once.
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(5);

    public async Task<ReconciliationResult<TargetGenerator>> ReconcileAsync(TargetGenerator entity, CancellationToken cancellationToken)
    {
        var observed = await gathering.ReadAsync(entity, cancellationToken);
        GeneratorPlan plan;
        try
        {
            observed = await gathering.ReadStoreAsync(observed, cancellationToken);
            plan = GeneratorDecision.Decide(observed);
            await acts.ApplyToStoreAsync(observed, plan, cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // The object says so; the plan asks to come back.
            observed = observed with { Stored = null, Run = null };
            plan = GeneratorDecision.Decide(observed);
        }
        var wait = await acts.WriteStatusAsync(observed, plan, cancellationToken);
        return ReconciliationResult<TargetGenerator>.Success(entity, Sooner(plan.RequeueAfter, wait));
    }

    public async Task<ReconciliationResult<TargetGenerator>> DeletedAsync(TargetGenerator entity, CancellationToken cancellationToken)
    {
        try
        {
            await acts.RemoveAllAsync(entity, generators.Find(EntityKey.Of(entity)) is null, cancellationToken);
            return ReconciliationResult<TargetGenerator>.Success(entity);
        }
        catch (StoreUnavailableException e)
        {
            return ReconciliationResult<TargetGenerator>.Failure(entity, e.Message, e, StoreRetry);
        }
    }

    private static TimeSpan? Sooner(TimeSpan? planned, TimeSpan wait) =>
        wait == TimeSpan.Zero ? planned : planned < wait ? planned : wait;
}
