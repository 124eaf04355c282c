using System.Collections.Frozen;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Pools;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Caching;
using k8s.Models;

namespace HttpSd.Operator.Kubernetes;

/// <summary>Which WorkerPools there are and whom they admit, for generators; tells which of them a change concerns.</summary>
internal sealed class PoolDirectory
{
    private readonly EntityStore<WorkerPool> pools;
    private readonly EntityStore<V1Namespace> namespaces;
    private readonly PoolUsers users;
    private readonly PoolScope scope;
    private volatile FrozenDictionary<string, NamespaceRule?> rules = FrozenDictionary<string, NamespaceRule?>.Empty;
    private volatile FrozenSet<string> names = [];

    public PoolDirectory(EntityStore<WorkerPool> pools, EntityStore<V1Namespace> namespaces, PoolUsers users, PoolScope scope)
    {
        (this.pools, this.namespaces, this.users, this.scope) = (pools, namespaces, users, scope);
        pools.Changed += Note;
        namespaces.Changed += Note;
    }

    /// <summary>Generators that may be allowed, or refused, now.</summary>
    public event Action<EntityKey>? Concerned;

    public IReadOnlySet<string> Names => names;

    /// <summary>Whom the pool admits, in words, when it does not admit the namespace; null when it does.</summary>
    public string? Refuses(string pool, string ns)
    {
        if (rules.GetValueOrDefault(pool) is not { } rule)
            return null;
        var labels = !scope.ReadsNamespaces ? null
            : (IReadOnlyDictionary<string, string>?)namespaces.Find(new EntityKey("", ns))?.Metadata.Labels?.AsReadOnly() ?? FrozenDictionary<string, string>.Empty;
        return rule.Admits(ns, labels) ? null : rule.Described(scope.ReadsNamespaces);
    }

    /// <summary>What is kept of a namespace in memory.</summary>
    public static void Strip(V1Namespace ns)
    {
        (ns.Metadata.ManagedFields, ns.Metadata.Annotations, ns.Spec, ns.Status) = (null, null, null, null);
    }

    private void Note(EntityChange<WorkerPool> change)
    {
        // Every write of a status is a change, too.
        if (change is { Before: { } before, After: { } after } && before.Metadata.Generation == after.Metadata.Generation)
            return;
        rules = pools.All.ToFrozenDictionary(p => p.Metadata.Name, p => NamespaceRuleReader.Of(p.Spec), StringComparer.Ordinal);
        names = [.. rules.Keys];
        foreach (var user in users.Of(change.Key.Name))
            Concerned?.Invoke(user);
    }

    private void Note(EntityChange<V1Namespace> change)
    {
        var selecting = rules.Where(r => r.Value?.Selector is not null).Select(r => r.Key).ToHashSet(StringComparer.Ordinal);
        if (selecting.Count == 0)
            return;
        foreach (var user in users.Of(selecting, change.Key.Name))
            Concerned?.Invoke(user);
    }
}

/// <summary>Where pools are.</summary>
/// <param name="Namespace">The operator's own.</param>
/// <param name="ReadsNamespaces">It serves every namespace, and so may read their labels.</param>
internal sealed record PoolScope(string Namespace, bool ReadsNamespaces);
