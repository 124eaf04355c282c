using HttpSd.Operator.Entities;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Scaling;
using k8s.Models;
using T = HttpSd.Operator.Pools.PoolConditionTypes;
using E = HttpSd.Operator.Pools.PoolEventReasons;

namespace HttpSd.Operator.Pools;

/// <summary>Decides what to tell the user: only what is different from what the stored status says.</summary>
internal static class PoolEvents
{
    /// <summary>About a change of the size, for when it was made.</summary>
    public static List<PlannedEvent> OfScale(OutsideChange? outside, ScaleChange change, ScalingDecision decision)
    {
        var events = new List<PlannedEvent>();
        if (outside is not null)
            Add(events, EventType.Warning, E.ExternalScaleOverridden,
                $"{outside.By} had set Deployment '{change.Target}' from {outside.From} to {change.From} replicas; it is set to {change.To}. To keep a size, annotate the pool with {WorkerPool.PausedAnnotation}=true");
        var reason = change.From == 0 ? E.Activated : change.To == 0 ? E.ScaledToZero : change.To > change.From ? E.ScaledUp : E.ScaledDown;
        Add(events, EventType.Normal, reason, $"Deployment '{change.Target}' from {change.From} to {change.To} replicas: {decision.Why}");
        return events;
    }

    /// <summary>About conditions that have changed.</summary>
    public static List<PlannedEvent> OfConditions(IList<V1Condition>? stored, IReadOnlyList<(string Type, ConditionDraft Draft)> drafts)
    {
        var events = new List<PlannedEvent>();
        foreach (var (type, now) in drafts)
        {
            var before = Conditions.Find(stored, type);
            if ((before?.Status, before?.Reason) != (now.Status, now.Reason))
                OfChange(events, type, before, now);
        }
        return events;
    }

    private static void OfChange(List<PlannedEvent> events, string type, ConditionDraft? before, ConditionDraft now)
    {
        switch (type, now.Status)
        {
            case (T.Ready, ConditionDraft.False) when now.Reason != before?.Reason:
            case (T.Ready, ConditionDraft.True) when now.Reason == PoolReasons.GraceTooShort:
                Add(events, EventType.Warning, now.Reason, now.Message);
                break;
            case (T.MetricsAvailable, ConditionDraft.False):
                Add(events, EventType.Warning, E.MetricsUnavailable, now.Message);
                break;
            case (T.MetricsAvailable, ConditionDraft.True) when before is not null:
                Add(events, EventType.Normal, E.MetricsRecovered, now.Message);
                break;
            case (T.ScalingLimited, ConditionDraft.True):
                Add(events, EventType.Warning, E.ReachedMaxReplicas, now.Message);
                break;
            case (T.Fallback, ConditionDraft.True):
                Add(events, EventType.Warning, E.FallbackActivated, now.Message);
                break;
            case (T.Fallback, _) when before?.Status == ConditionDraft.True:
                Add(events, EventType.Normal, E.FallbackDeactivated, "the floor for an unknown queue is no longer in force");
                break;
            case (T.Paused, ConditionDraft.True):
                Add(events, EventType.Normal, PoolReasons.Paused, now.Message);
                break;
            case (T.Paused, _) when before is not null:
                Add(events, EventType.Normal, E.Resumed, $"the annotation {WorkerPool.PausedAnnotation} no longer holds the pool");
                break;
        }
    }

    private static void Add(List<PlannedEvent> events, EventType type, string reason, string message) =>
        events.Add(new PlannedEvent(type, reason, Sentence.Bounded(message)));
}
