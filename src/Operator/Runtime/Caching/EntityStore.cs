using System.Collections.Concurrent;
using HttpSd.Operator.Runtime.Abstractions;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Runtime.Caching;

/// <summary>
/// The objects of one type as the API server last told them. Its reflectors write, each its own namespace;
/// anybody reads; what is read is shared and must not be changed.
/// </summary>
internal sealed class EntityStore<TEntity>
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly ConcurrentDictionary<EntityKey, TEntity> entities = new();
    private readonly Lock writing = new();
    private int changes;

    /// <summary>Every change, in order, one at a time; handlers only take note.</summary>
    public event Action<EntityChange<TEntity>>? Changed;

    public int Count => entities.Count;

    public IEnumerable<TEntity> All => entities.Select(e => e.Value);

    public TEntity? Find(EntityKey key) => entities.GetValueOrDefault(key);

    /// <summary>Adds or replaces one object. Another UID under the same name is a deletion and an addition.</summary>
    public void Put(TEntity entity)
    {
        lock (writing)
        {
            var key = EntityKey.Of(entity);
            var before = entities.GetValueOrDefault(key);
            if (before is not null && before.Metadata.Uid != entity.Metadata.Uid)
            {
                Remove(key, before);
                before = null;
            }
            if (before is not null && before.Metadata.ResourceVersion == entity.Metadata.ResourceVersion)
                return;
            entities[key] = entity;
            Tell(new EntityChange<TEntity>(
                before is null ? ReconciliationType.Added : ReconciliationType.Modified, before, entity));
        }
    }

    /// <summary>Removes one object; with its last state when the server told it.</summary>
    public void Remove(EntityKey key, TEntity? last = null)
    {
        lock (writing)
        {
            if (entities.TryRemove(key, out var known))
                Tell(new EntityChange<TEntity>(ReconciliationType.Deleted, last ?? known, null));
        }
    }

    /// <summary>Takes a complete list: what is not in it is gone. The number of changes that made.</summary>
    /// <param name="list">Every object that could be read.</param>
    /// <param name="ns">The namespace that the list is of; null for all.</param>
    /// <param name="unreadable">Objects that exist, in a state that nobody could read: the last known one stays.</param>
    public int Replace(IReadOnlyCollection<TEntity> list, string? ns = null, IReadOnlyCollection<UnreadableEntity>? unreadable = null)
    {
        lock (writing)
        {
            var before = changes;
            var present = list.Select(e => EntityKey.Of(e)).ToHashSet();
            present.UnionWith((unreadable ?? []).Where(u => Find(u.Key)?.Metadata.Uid == u.Uid).Select(u => u.Key));
            foreach (var key in entities.Keys.Where(k => (ns is null || k.Namespace == ns) && !present.Contains(k)))
                Remove(key);
            foreach (var entity in list)
                Put(entity);
            return changes - before;
        }
    }

    private void Tell(EntityChange<TEntity> change)
    {
        changes++;
        Changed?.Invoke(change);
    }
}
