using HttpSd.Operator.Entities;
using HttpSd.Operator.Runtime.Abstractions;

namespace HttpSd.Operator.Reconcile;

/// <summary>
/// Who has which path: of all objects that want one, the oldest. Kept up object by object, so that a change
/// costs the claimants of two paths and not all objects. Not safe for several threads.
/// </summary>
internal sealed class PathClaims(PathPolicy policy)
{
    private readonly Dictionary<EntityKey, Claim> claims = [];
    private readonly Dictionary<string, SortedSet<Claim>> byPath = new(StringComparer.Ordinal);

    /// <summary>The object that has the path; null: nobody wants it.</summary>
    public EntityKey? OwnerOf(string path) => byPath.TryGetValue(path, out var wanting) ? wanting.Min!.Key : null;

    /// <summary>The object that has the path that this one wants, itself perhaps; null when it wants none.</summary>
    public EntityKey? OwnerFor(EntityKey key) => claims.TryGetValue(key, out var claim) ? OwnerOf(claim.Path) : null;

    /// <summary>Adds an object or takes its change; the other objects to be looked at again.</summary>
    public IReadOnlyList<EntityKey> Put(TargetGenerator entity)
    {
        var key = EntityKey.Of(entity);
        // One that is being deleted makes room already.
        var path = entity.Metadata.DeletionTimestamp is null ? SpecText.WantedPath(entity, policy) : null;
        if (path is null)
            return Remove(key);
        var claim = new Claim(path, entity.Metadata.CreationTimestamp ?? DateTime.MaxValue, key);
        if (claims.TryGetValue(key, out var before) && before == claim)
            return [];

        var affected = new HashSet<EntityKey>(Remove(key));
        affected.UnionWith(ChangingOwner(path, () => Add(claim)));
        affected.Remove(key);
        return [.. affected];
    }

    /// <summary>Takes an object away; the other objects to be looked at again.</summary>
    public IReadOnlyList<EntityKey> Remove(EntityKey key)
    {
        if (!claims.Remove(key, out var claim))
            return [];
        return ChangingOwner(claim.Path, () =>
        {
            var wanting = byPath[claim.Path];
            wanting.Remove(claim);
            if (wanting.Count == 0)
                byPath.Remove(claim.Path);
        });
    }

    private void Add(Claim claim)
    {
        claims[claim.Key] = claim;
        if (!byPath.TryGetValue(claim.Path, out var wanting))
            byPath[claim.Path] = wanting = [];
        wanting.Add(claim);
    }

    // Under a new owner the others' messages name another object, too.
    private List<EntityKey> ChangingOwner(string path, Action change)
    {
        var before = OwnerOf(path);
        change();
        if (OwnerOf(path) == before || !byPath.TryGetValue(path, out var wanting))
            return [];
        return [.. wanting.Select(c => c.Key)];
    }

    private sealed record Claim(string Path, DateTime Created, EntityKey Key) : IComparable<Claim>
    {
        public int CompareTo(Claim? other) =>
            other is null ? 1 : Created.CompareTo(other.Created) is not 0 and var order ? order : Key.CompareTo(other.Key);
    }
}
