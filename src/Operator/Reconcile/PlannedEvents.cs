using HttpSd.Operator.Entities;
using HttpSd.Operator.Runtime.Abstractions;

namespace HttpSd.Operator.Reconcile;

/// <summary>Decides what to tell the user: only what is different from what the stored status says.</summary>
internal static class PlannedEvents
{
    public static List<PlannedEvent> Decide(
        TargetGeneratorStatus? stored, GeneratorPlan plan, ConditionDraft published, ConditionDraft generating, StoredDefinition? lastGood, Reload reload)
    {
        var events = new List<PlannedEvent>();
        OfPublication(events, stored, Conditions.Find(stored?.Conditions, ConditionTypes.Published), plan, published, lastGood);
        OfRuns(events, Conditions.Find(stored?.Conditions, ConditionTypes.Generating), generating);
        if (reload.Message is not null)
            events.Add(new PlannedEvent(EventType.Normal, Reasons.Reloaded, Sentence.Bounded(reload.Message)));
        return events;
    }

    /// <summary>What to tell of a reload for as long as it waits; null when none does.</summary>
    public static PlannedEvent? Waiting(Reload reload) =>
        reload.Waits is { } waits ? new PlannedEvent(EventType.Normal, Reasons.ReloadWaiting, Sentence.Bounded(waits)) : null;

    private static void OfPublication(
        List<PlannedEvent> events, TargetGeneratorStatus? stored, ConditionDraft? before, GeneratorPlan plan, ConditionDraft published, StoredDefinition? lastGood)
    {
        // Not when a Redis that has lost everything is filled again: that would be an event for each object.
        if ((plan.Publish && (lastGood is not null || before?.Status != ConditionDraft.True)) || Allowed(stored, before, published))
            events.Add(new PlannedEvent(EventType.Normal, Reasons.Published, published.Message));
        foreach (var gone in Gone(stored, before, plan))
            events.Add(new PlannedEvent(EventType.Normal, Reasons.PathRemoved, $"/targets/{gone} is gone, the path is {plan.Wanted!.Definition.Path} now"));
        // Nor for each object when Redis can't be reached: conditions and metrics say it.
        if (published.Status == ConditionDraft.False && published.Reason != Reasons.StoreUnavailable && published != before)
            events.Add(new PlannedEvent(EventType.Warning, published.Reason, published.Message));
    }

    // Published with everything else before this look at it. Redis' return alone is news only for what was new then.
    private static bool Allowed(TargetGeneratorStatus? stored, ConditionDraft? before, ConditionDraft published) =>
        published.Status == ConditionDraft.True && before?.Status == ConditionDraft.False
        && (before.Reason != Reasons.StoreUnavailable || stored?.LastRun is null);

    // A leader that begins has removed it already, when the path changed while none was there, or by another setting.
    private static IEnumerable<string> Gone(TargetGeneratorStatus? stored, ConditionDraft? before, GeneratorPlan plan)
    {
        var removed = plan.Remove.Where(s => !s.Doubtful).Select(s => s.Path);
        return plan.Wanted is { Definition.Path: var path } && before?.Status == ConditionDraft.True && stored?.Path is { } known && known != path
            ? removed.Union([known])
            : removed;
    }

    private static void OfRuns(List<PlannedEvent> events, ConditionDraft? before, ConditionDraft generating)
    {
        if (before?.Reason == Reasons.Suspended && generating.Reason is not (Reasons.Suspended or Reasons.NotPublished))
            events.Add(new PlannedEvent(EventType.Normal, Reasons.Resumed, "runs are no longer suspended"));
        if (generating == before)
            return;
        if (generating.Status == ConditionDraft.False)
        {
            var type = generating.Reason == Reasons.Suspended ? EventType.Normal : EventType.Warning;
            events.Add(new PlannedEvent(type, generating.Reason, generating.Message));
        }
        else if (generating.Reason == Reasons.RunSucceeded && before?.Status != ConditionDraft.True)
        {
            events.Add(new PlannedEvent(EventType.Normal, Reasons.RunSucceeded, generating.Message));
        }
    }
}
