using HttpSd.Core.Definitions;
using HttpSd.Operator.Runtime.Abstractions;

namespace HttpSd.Operator.Reconcile;

/// <summary>What the store holds, sorted by whose it is.</summary>
/// <param name="Own">Of this very object, by UID; by name where a definition has none.</param>
/// <param name="Predecessors">Of a deleted object with the same name.</param>
/// <param name="Others">Of other objects, at the path that this one wants.</param>
internal sealed record StoredDefinitions(
    IReadOnlyList<StoredDefinition> Own,
    IReadOnlyList<StoredDefinition> Predecessors,
    IReadOnlyList<StoredDefinition> Others)
{
    public static StoredDefinitions Of(Observed observed)
    {
        var stored = observed.Stored ?? [];
        var (name, uid) = (EntityKey.Of(observed.Object).ToString(), observed.Object.Metadata.Uid ?? "");
        var named = stored.Where(s => s.Name == name).ToLookup(s => s.Uid.Length == 0 || s.Uid == uid);
        // Of two, after a move that was cut short, the one at the path that is wanted now counts.
        var path = SpecText.WantedPath(observed.Object, observed.PathPolicy);
        return new StoredDefinitions(
            [.. named[true].OrderBy(s => s.Path == path ? 0 : 1)], [.. named[false]], [.. stored.Where(s => s.Name != name)]);
    }

    /// <summary>The object's own definition that goes on being served; null when there is none.</summary>
    public StoredDefinition? LastGood => Own.FirstOrDefault(s => !s.Doubtful);

    /// <summary>Whether exactly this definition is stored.</summary>
    public bool Holds(GeneratorDefinition definition) =>
        Own.Any(s => s.Path == definition.Path && s.Hash == definition.Hash && s.Uid == definition.Uid);
}
