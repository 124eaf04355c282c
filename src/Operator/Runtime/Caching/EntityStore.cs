using System.Collections.Concurrent;
using HttpSd.Operator.Runtime.Abstractions;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Runtime.Caching;

/// <summary>
/// The objects of one type as the API server last told them. One reflector writes, anybody reads; what is read
/// is shared and must not be changed.
/// </summary>
internal sealed class EntityStore<TEntity>
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly ConcurrentDictionary<EntityKey, TEntity> entities = new();

    /// <summary>Every change, in order, from the one thread that writes; handlers only take note.</summary>
    public event Action<EntityChange<TEntity>>? Changed;

    public int Count => entities.Count;

    public IEnumerable<TEntity> All => entities.Select(e => e.Value);

    public TEntity? Find(EntityKey key) => entities.GetValueOrDefault(key);

    /// <summary>Adds or replaces one object. Another UID under the same name is a deletion and an addition.</summary>
    public void Put(TEntity entity)
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
        Changed?.Invoke(new EntityChange<TEntity>(
            before is null ? ReconciliationType.Added : ReconciliationType.Modified, before, entity));
    }

    /// <summary>Removes one object; with its last state when the server told it.</summary>
    public void Remove(EntityKey key, TEntity? last = null)
    {
        if (entities.TryRemove(key, out var known))
            Changed?.Invoke(new EntityChange<TEntity>(ReconciliationType.Deleted, last ?? known, null));
    }

    /// <summary>Takes a complete list: what is not in it is gone.</summary>
    public void Replace(IReadOnlyCollection<TEntity> list)
    {
        var listed = list.Select(e => EntityKey.Of(e)).ToHashSet();
        foreach (var key in entities.Keys.Where(k => !listed.Contains(k)))
            Remove(key);
        foreach (var entity in list)
            Put(entity);
    }
}
