using HttpSd.Operator.Runtime.Abstractions;

namespace HttpSd.Operator.Runtime.Caching;

/// <summary>A complete snapshot.</summary>
/// <param name="Entities">What could be read.</param>
/// <param name="Unreadable">What couldn't: it exists, but its state is unknown.</param>
/// <param name="Version">Where a watch goes on.</param>
internal sealed record EntityList<TEntity>(
    IReadOnlyList<TEntity> Entities, IReadOnlyList<UnreadableEntity> Unreadable, string Version);

/// <summary>An object that isn't of its type's shape. Key and UID are empty when not even they could be read.</summary>
internal sealed record UnreadableEntity(EntityKey Key, string Uid, string Reason);
