using k8s.Models;

namespace HttpSd.Operator.Reconcile;

/// <summary>Conditions as the API server holds them.</summary>
internal static class Conditions
{
    /// <summary>The stored condition of a type; null when there is none.</summary>
    public static ConditionDraft? Find(IEnumerable<V1Condition>? stored, string type) =>
        stored?.FirstOrDefault(c => c.Type == type) is { } found ? new ConditionDraft(found.Status, found.Reason, found.Message) : null;

    /// <summary>The new list: ours in a fixed order, then whatever others have put there.</summary>
    /// <remarks>A time changes only with its status, so that an unchanged world gives an unchanged list.</remarks>
    public static List<V1Condition> Merge(
        IList<V1Condition>? stored, IReadOnlyList<(string Type, ConditionDraft Draft)> drafts, long generation, DateTimeOffset now)
    {
        var before = stored ?? [];
        var merged = new List<V1Condition>();
        foreach (var (type, draft) in drafts)
        {
            var old = before.FirstOrDefault(c => c.Type == type);
            merged.Add(new V1Condition
            {
                Type = type,
                Status = draft.Status,
                Reason = draft.Reason,
                Message = draft.Message,
                ObservedGeneration = generation,
                LastTransitionTime = old?.Status == draft.Status ? old.LastTransitionTime : WholeSeconds(now),
            });
        }
        merged.AddRange(before.Where(c => drafts.All(d => d.Type != c.Type)));
        return merged;
    }

    /// <summary>As the API server gives it back, which is without fractions.</summary>
    public static DateTime WholeSeconds(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);
}
