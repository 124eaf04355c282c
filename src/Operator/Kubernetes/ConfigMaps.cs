using System.Collections.Concurrent;
using System.Net;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Caching;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace HttpSd.Operator.Kubernetes;

/// <summary>
/// The ConfigMaps that scripts come from. All are watched, since any may be referred to, but only those that are
/// referred to keep their data: a cluster's others may be many and large.
/// </summary>
internal sealed class ConfigMaps
{
    private readonly IKubernetes kubernetes;
    private readonly EntityStore<V1ConfigMap> maps;
    private readonly Dictionary<EntityKey, HashSet<EntityKey>> users = [];
    private readonly Dictionary<EntityKey, EntityKey> uses = [];
    private readonly ConcurrentDictionary<EntityKey, V1ConfigMap> fetched = new();
    private readonly Lock gate = new();

    public ConfigMaps(IKubernetes kubernetes, EntityStore<V1ConfigMap> maps, EntityStore<TargetGenerator> generators)
    {
        (this.kubernetes, this.maps) = (kubernetes, maps);
        generators.Changed += Note;
        maps.Changed += Note;
    }

    /// <summary>Generators whose script may be another now.</summary>
    public event Action<EntityKey>? Concerned;

    /// <summary>What is done to each before it is stored.</summary>
    public void Strip(V1ConfigMap map)
    {
        EntityTransform.Strip(map);
        map.Metadata.Annotations = null;
        lock (gate)
        {
            if (users.ContainsKey(EntityKey.Of(map)))
                return;
        }
        (map.Data, map.BinaryData) = (null, null);
    }

    /// <summary>The ConfigMap with its data; null when there is none.</summary>
    /// <exception cref="HttpOperationException">The API server refused.</exception>
    public async Task<V1ConfigMap?> ReadAsync(EntityKey key, CancellationToken cancellationToken)
    {
        if (maps.Find(key) is not { } known)
            return null;
        if (known.Data is not null || known.BinaryData is not null)
            return known;
        // Stored before anybody referred to it, or empty.
        if (fetched.TryGetValue(key, out var whole) && whole.Metadata.ResourceVersion == known.Metadata.ResourceVersion)
            return whole;
        try
        {
            whole = await kubernetes.CoreV1.ReadNamespacedConfigMapAsync(key.Name, key.Namespace, cancellationToken: cancellationToken);
            return fetched[key] = whole;
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private void Note(EntityChange<TargetGenerator> change)
    {
        var key = change.Key;
        var map = change.After is { } after ? ScriptReference.Of(after) : null;
        lock (gate)
        {
            if (uses.Remove(key, out var before) && users.TryGetValue(before, out var others))
            {
                others.Remove(key);
                if (others.Count == 0)
                    users.Remove(before);
            }
            if (map is not { } wanted)
                return;
            uses[key] = wanted;
            if (!users.TryGetValue(wanted, out var all))
                users[wanted] = all = [];
            all.Add(key);
        }
    }

    private void Note(EntityChange<V1ConfigMap> change)
    {
        fetched.TryRemove(change.Key, out _);
        EntityKey[] concerned;
        lock (gate)
            concerned = users.TryGetValue(change.Key, out var all) ? [.. all] : [];
        foreach (var generator in concerned)
            Concerned?.Invoke(generator);
    }
}
