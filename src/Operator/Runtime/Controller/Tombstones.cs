using HttpSd.Operator.Runtime.Abstractions;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Runtime.Controller;

/// <summary>The last states of objects whose deletion the controller was not told of yet.</summary>
internal sealed class Tombstones<TEntity>
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    // An object that is deleted and made again faster than its deletion can be told; beyond, the oldest are given up.
    private const int MostPerKey = 16;

    private readonly Lock gate = new();
    private readonly Dictionary<EntityKey, List<TEntity>> stones = [];

    public void Add(EntityKey key, TEntity last)
    {
        lock (gate)
        {
            if (!stones.TryGetValue(key, out var list))
                stones[key] = list = [];
            if (list.Count == MostPerKey)
                list.RemoveAt(0);
            list.Add(last);
        }
    }

    public bool Any(EntityKey key)
    {
        lock (gate)
            return stones.ContainsKey(key);
    }

    public TEntity? Oldest(EntityKey key)
    {
        lock (gate)
            return stones.GetValueOrDefault(key)?[0];
    }

    public void Remove(EntityKey key, TEntity told)
    {
        lock (gate)
        {
            if (stones.TryGetValue(key, out var list) && list.Remove(told) && list.Count == 0)
                stones.Remove(key);
        }
    }
}
