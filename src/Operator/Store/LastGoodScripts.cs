using System.Collections.Concurrent;
using HttpSd.Core.Definitions;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Redis.Definitions;

namespace HttpSd.Operator.Store;

/// <summary>
/// The last good definitions of objects that can't be published as they are now. Nothing in the cluster says
/// them any more, so without this a Redis that loses its data would lose them, too.
/// </summary>
internal sealed class LastGoodScripts(DefinitionStore store)
{
    private readonly ConcurrentDictionary<EntityKey, GeneratorScript> scripts = new();

    /// <summary>Keeps what is stored for the object, unless it is kept already; null when nothing is.</summary>
    public async Task<GeneratorScript?> KeepAsync(EntityKey key, StoredDefinition? stored, CancellationToken cancellationToken)
    {
        if (scripts.TryGetValue(key, out var kept) && (stored is null || kept.Definition.Hash == stored.Hash))
            return kept;
        if (stored is null || await store.ReadScriptAsync(stored.Path, cancellationToken) is not { Script: var script })
            return null;
        // Meanwhile the path may have become somebody else's.
        if (script.Definition.Name != stored.Name || script.Definition.Hash != stored.Hash)
            return null;
        return scripts[key] = script;
    }

    /// <summary>Another object is published at the path: what was there is gone, and is not to come back when that one goes.</summary>
    public void GiveAway(string path)
    {
        foreach (var (key, script) in scripts)
        {
            if (script.Definition.Path == path)
                scripts.TryRemove(KeyValuePair.Create(key, script));
        }
    }

    /// <summary>The object is published as it is, or gone.</summary>
    public void Forget(EntityKey key) => scripts.TryRemove(key, out _);
}
