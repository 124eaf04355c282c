using HttpSd.Operator.Entities;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Scaling;

namespace HttpSd.Operator.Pools;

/// <summary>Makes a pool's status.</summary>
internal static class PoolStatuses
{
    public static WorkerPoolStatus Of(
        PoolObserved observed,
        PoolMemory memory,
        ScalingDecision? decision,
        bool paused,
        IReadOnlyList<(string Type, ConditionDraft Draft)> drafts)
    {
        var (entity, queue) = (observed.Object, observed.Queue);
        return new WorkerPoolStatus
        {
            ObservedGeneration = entity.Metadata.Generation ?? 0,
            CurrentReplicas = observed.Target?.Current,
            DesiredReplicas = decision?.Desired,
            NeededReplicas = queue is null ? null : decision?.Needed,
            Pending = queue?.Pending,
            Processing = queue?.Processing,
            OldestPendingAgeSeconds = queue is null ? null : Seconds(queue.OldestPendingAge.TotalSeconds),
            PredictedWaitSeconds = decision?.PredictedWait is { } wait ? Seconds(wait) : null,
            Reason = Sentence.Bounded(
                decision is null ? $"not scaled: {drafts[0].Draft.Message}" : paused ? $"paused; {decision.Why}" : decision.Why),
            LastScaleTime = memory.ScaledAt is { } at ? Conditions.WholeSeconds(at) : entity.Status?.LastScaleTime,
            Learned = decision is null ? entity.Status?.Learned : Learned(decision.Next.Learned),
            Conditions = Conditions.Merge(entity.Status?.Conditions, drafts, entity.Metadata.Generation ?? 0, observed.Now),
        };
    }

    /// <summary>What of a status is written as soon as it changes; the rest are numbers, which may wait a little.</summary>
    public static string Shape(WorkerPoolStatus? status) => status is null ? "" : string.Join('\n', [
        $"{status.ObservedGeneration} {status.CurrentReplicas} {status.DesiredReplicas} {status.LastScaleTime:O} {status.Pending is null}",
        WithoutNumbers(status.Reason),
        .. (status.Conditions ?? []).Select(c => $"{c.Type} {c.Status} {c.Reason} {WithoutNumbers(c.Message)}")]);

    private static string WithoutNumbers(string? text) => string.Concat((text ?? "").Where(c => !char.IsAsciiDigit(c) && c != '.'));

    // To the millisecond: what is below would be written and means nothing.
    private static LearnedStatus Learned(Learned learned) => new()
    {
        ServiceSeconds = Math.Round(learned.ServiceSeconds, 3),
        StartupSeconds = Math.Round(learned.StartupSeconds, 1),
        ArrivalRate = Math.Round(learned.ArrivalRate, 3),
    };

    private static long Seconds(double seconds) => (long)Math.Ceiling(Math.Max(0, seconds));
}
