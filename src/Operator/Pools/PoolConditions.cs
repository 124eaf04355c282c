using HttpSd.Core;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Scaling;
using T = HttpSd.Operator.Pools.PoolConditionTypes;

namespace HttpSd.Operator.Pools;

/// <summary>Decides the conditions. Their messages have few numbers, so that a busy pool isn't written to all the time.</summary>
internal static class PoolConditions
{
    public static IReadOnlyList<(string Type, ConditionDraft Draft)> Decide(
        PoolObserved observed, PoolCheck check, ScalingDecision? decision, bool paused) =>
    [
        (T.Ready, new(check.Good ? ConditionDraft.True : ConditionDraft.False, check.Reason, check.Message)),
        (T.MetricsAvailable, Metrics(observed)),
        (T.ScalingLimited, decision is null ? NotScaled : Limited(decision, check.Settings!.Scaling)),
        (T.ObjectiveMet, decision is null ? NotScaled : Objective(decision, check.Settings!.Scaling)),
        (T.Fallback, decision is null ? NotScaled : Fallback(decision, check.Settings!.Scaling)),
        (T.Paused, paused
            ? new(ConditionDraft.True, PoolReasons.Annotated, $"the annotation {WorkerPool.PausedAnnotation} is set; remove it to have the pool scaled")
            : new(ConditionDraft.False, PoolReasons.NotAnnotated, $"the annotation {WorkerPool.PausedAnnotation} is not set")),
        (T.StuckProcessing, decision is null ? NotScaled : Stuck(decision, observed)),
    ];

    private static ConditionDraft NotScaled { get; } =
        new(ConditionDraft.Unknown, PoolReasons.NotScaled, "nothing is decided, for the reason that Ready gives");

    private static ConditionDraft Metrics(PoolObserved observed) => observed.Queue is not null
        ? new(ConditionDraft.True, PoolReasons.QueueRead, "the queue's numbers are read from Redis")
        : new(ConditionDraft.False, PoolReasons.StoreUnavailable, "Redis can't be read, so the queue is unknown, and the pool does not become smaller; this is tried again by itself");

    private static ConditionDraft Limited(ScalingDecision decision, ScalingSpec spec) => decision.Limited switch
    {
        _ when decision.Holding == Hold.Unknown => new(ConditionDraft.Unknown, PoolReasons.QueueUnknown, "the queue is unknown"),
        Limit.AtMax => new(ConditionDraft.True, PoolReasons.AtMaxReplicas, $"{decision.Needed} replicas are needed, spec.maxReplicas is {spec.MaxReplicas}"),
        Limit.AtMin => new(ConditionDraft.False, PoolReasons.AtMinReplicas, $"fewer would do, spec.minReplicas is {spec.MinReplicas}"),
        _ => new(ConditionDraft.False, PoolReasons.WithinLimits, $"spec.maxReplicas of {spec.MaxReplicas} is enough"),
    };

    private static ConditionDraft Objective(ScalingDecision decision, ScalingSpec spec)
    {
        var age = GoDuration.Format(spec.MaxPendingAge);
        var message = decision.ObjectiveMet.Reason switch
        {
            ObjectiveReason.WithinObjective => $"no job waits longer than {age}",
            ObjectiveReason.QueueUnknown => "the queue is unknown",
            ObjectiveReason.CatchingUp => $"a job waits or will wait longer than {age}; the replicas for it are there or starting",
            ObjectiveReason.SizeNotSet => $"a job waits or will wait longer than {age}; more replicas would help, but the size is not set, for the reason that Ready gives",
            ObjectiveReason.WorkersIdle =>
                $"a job waits longer than {age} while most slots of the ready Pods are free; see that the workers have this pool as Worker:Pool, this Redis, and the slots of spec.concurrency",
            ObjectiveReason.PodsNotReady => $"a job waits or will wait longer than {age}; replicas that were asked for are not ready, though they should long be: see kubectl describe pods",
            ObjectiveReason.ColdStartExceedsObjective =>
                $"a job waits or will wait longer than {age}, because a Pod takes longer to start; raise spec.minReplicas or spec.objective.maxPendingAge",
            ObjectiveReason.AtMaxReplicas => $"a job waits or will wait longer than {age}, because spec.maxReplicas of {spec.MaxReplicas} is not enough",
            _ => $"more jobs come than spec.maxReplicas of {spec.MaxReplicas} can run, so that jobs wait longer and longer",
        };
        var met = decision.ObjectiveMet.Met;
        return new(met is null ? ConditionDraft.Unknown : met == true ? ConditionDraft.True : ConditionDraft.False, $"{decision.ObjectiveMet.Reason}", message);
    }

    private static ConditionDraft Fallback(ScalingDecision decision, ScalingSpec spec) => spec.Fallback is not { } rule
        ? new(ConditionDraft.False, PoolReasons.NotConfigured, "spec.fallback is not given")
        : decision.Fallback
            ? new(ConditionDraft.True, PoolReasons.FallbackReplicas, $"the queue has been unknown for {GoDuration.Format(rule.After)} or more, so there are at least {rule.Replicas} replicas")
            : new(ConditionDraft.False, PoolReasons.NotNeeded, $"takes effect when the queue has been unknown for {GoDuration.Format(rule.After)}");

    private static ConditionDraft Stuck(ScalingDecision decision, PoolObserved observed) => decision.StuckProcessing
        ? new(ConditionDraft.True, PoolReasons.JobsWithoutWorker, "more jobs are called running than the pool's Pods can run; workers take such jobs back when their leases have ended, unless spec.concurrency is less than the slots that the workers have")
        : observed.Queue is null
            ? new(ConditionDraft.Unknown, PoolReasons.QueueUnknown, "the queue is unknown")
            : new(ConditionDraft.False, PoolReasons.NoneStuck, "no more jobs are running than the pool's Pods can run");
}
