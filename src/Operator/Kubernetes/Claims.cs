using HttpSd.Operator.Entities;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Caching;
using Microsoft.Extensions.Options;

namespace HttpSd.Operator.Kubernetes;

/// <summary>Who has which path, kept up with the store; tells which other objects a change concerns.</summary>
internal sealed class Claims
{
    private readonly PathClaims claims;
    private readonly Lock gate = new();

    public Claims(EntityStore<TargetGenerator> generators, IOptions<OperatorOptions> options)
    {
        claims = new PathClaims(options.Value.PathPolicy);
        generators.Changed += Note;
    }

    /// <summary>Objects whose path may be theirs now, or another's.</summary>
    public event Action<EntityKey>? Concerned;

    /// <summary>The object that has the path that this one wants; null when it wants none.</summary>
    public EntityKey? OwnerFor(EntityKey key)
    {
        lock (gate)
            return claims.OwnerFor(key);
    }

    private void Note(EntityChange<TargetGenerator> change)
    {
        IReadOnlyList<EntityKey> others;
        lock (gate)
            others = change.After is { } after ? claims.Put(after) : claims.Remove(change.Key);
        foreach (var other in others)
            Concerned?.Invoke(other);
    }
}
