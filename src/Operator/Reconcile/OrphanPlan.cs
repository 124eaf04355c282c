using HttpSd.Operator.Runtime.Abstractions;

namespace HttpSd.Operator.Reconcile;

/// <summary>An object that exists, as far as its stored definitions are concerned.</summary>
/// <param name="Uid">Its UID.</param>
/// <param name="Path">What it publishes now; null when it can't, and its last good definition stays.</param>
internal sealed record LiveGenerator(string Uid, string? Path);

/// <summary>Finds the stored definitions that nobody stands for any more, such as those of objects deleted while no operator ran.</summary>
internal static class OrphanPlan
{
    /// <summary>
    /// What to remove, only while it is stored as said. A definition stays when its object exists, is the same by
    /// UID, and either publishes this path or can't publish at all and nobody else publishes this path: lists of
    /// one are not served as another's.
    /// </summary>
    /// <param name="stored">Everything that is stored.</param>
    /// <param name="objects">Every object but those being deleted: an incomplete set would remove what is alive.</param>
    public static IReadOnlyList<StoredDefinition> Decide(
        IEnumerable<StoredDefinition> stored, IReadOnlyDictionary<EntityKey, LiveGenerator> objects)
    {
        var byName = objects.ToDictionary(o => o.Key.ToString(), o => o.Value, StringComparer.Ordinal);
        var taken = objects.Values.Select(o => o.Path).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return [.. stored.Where(s => !byName.TryGetValue(s.Name, out var live) || !IsOf(s, live, taken))];
    }

    private static bool IsOf(StoredDefinition stored, LiveGenerator live, HashSet<string> taken) =>
        (stored.Uid.Length == 0 || stored.Uid == live.Uid)
        && (live.Path is null ? !taken.Contains(stored.Path) : live.Path == stored.Path);
}
