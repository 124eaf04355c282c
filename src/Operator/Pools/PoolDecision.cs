using HttpSd.Operator.Entities;
using HttpSd.Operator.Scaling;
using k8s;

namespace HttpSd.Operator.Pools;

/// <summary>
/// From what was observed to what is to be done, for one pool: no clock, no I/O. Read it as: can the pool be
/// scaled, what size is right, may it be written, what does the status say of all that.
/// </summary>
internal static class PoolDecision
{
    // Six looks without an answer: the policy's half minute at its usual interval.
    private const int LooksUntilStale = 6;

    public static PoolPlan Decide(PoolObserved observed)
    {
        var entity = observed.Object;
        var paused = IsPaused(entity);

        // 1. Can it be scaled?
        var check = PoolCheck.Of(observed);

        // 2. What size is right?
        var decision = check is { Settings: { } settings, Blocked: false } && observed.Target is { } target
            ? ScalingPolicy.Decide(
                observed.Memory.State,
                new ScalingSample { Now = observed.Now, Queue = observed.Queue, Deployment = target.Sample },
                SpecOf(settings, observed) with { Acts = !paused && !settings.Recommends && observed.Refusal is null })
            : null;

        // 3. May it be written?
        var scale = decision is not null && !paused && observed.Refusal is null && check.Settings is { Recommends: false } active
            && decision.Desired != observed.Target!.Sample.Replicas
            ? new ScaleChange(active.Target, observed.Target.Sample.Replicas, decision.Desired)
            : null;

        // 4. What does the status say?
        var outside = paused || check.Settings is not { Recommends: false } ? null : OutsideChange.Of(observed);
        var memory = Next(observed, decision, scale) with { Outside = scale is null ? outside : null };
        var drafts = PoolConditions.Decide(observed, check, decision, paused);
        var status = PoolStatuses.Of(observed, memory, decision, paused, drafts);
        return new PoolPlan
        {
            Scale = scale,
            ScaleEvents = scale is null ? [] : PoolEvents.OfScale(outside, scale, decision!),
            Memory = memory,
            Status = status,
            StatusChanged = KubernetesJson.Serialize(status) != KubernetesJson.Serialize(entity.Status ?? new WorkerPoolStatus()),
            Urgent = PoolStatuses.Shape(status) != PoolStatuses.Shape(entity.Status),
            Events = PoolEvents.OfConditions(entity.Status?.Conditions, drafts),
            Decision = decision,
            Paused = paused,
        };
    }

    /// <summary>Whoever writes the annotation means it, whatever the value; only <c>false</c> takes it back.</summary>
    public static bool IsPaused(WorkerPool entity) =>
        entity.Metadata.Annotations?.TryGetValue(WorkerPool.PausedAnnotation, out var value) == true && value != "false";

    private static ScalingSpec SpecOf(PoolSettings settings, PoolObserved observed) => settings.Scaling with
    {
        Interval = observed.Interval,
        StaleAfter = LooksUntilStale * observed.Interval,
        LongestRun = observed.LongestRun ?? settings.Scaling.LongestRun,
    };

    private static PoolMemory Next(PoolObserved observed, ScalingDecision? decision, ScaleChange? scale) => observed.Memory with
    {
        State = decision?.Next ?? observed.Memory.State,
        Replicas = scale?.To ?? observed.Target?.Sample.Replicas,
        SeenAt = observed.Now,
        ScaledAt = scale is null ? observed.Memory.ScaledAt : observed.Now,
    };
}
