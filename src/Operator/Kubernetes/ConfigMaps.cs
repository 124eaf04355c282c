using System.Collections.Concurrent;
using System.Net;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Caching;
using HttpSd.Operator.Runtime.Hosting;
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
    // A new leader may need thousands at once, and the API server has others to serve.
    private const int AtOnce = 8;

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

    /// <summary>ConfigMaps whose data is held beside the store's own.</summary>
    public int Fetched => fetched.Count;

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
            Keep(key, whole);
            return whole;
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>
    /// Fetches what is referred to and was stored without its data, several at a time; what can't be read is left
    /// to who needs it.
    /// </summary>
    public async Task ReadAheadAsync(CancellationToken cancellationToken)
    {
        EntityKey[] wanted;
        lock (gate)
            wanted = [.. users.Keys];
        await Parallel.ForEachAsync(
            wanted,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (key, token) =>
            {
                try
                {
                    await ReadAsync(key, token);
                }
                catch (Exception e) when (e is HttpOperationException or HttpRequestException)
                {
                }
            });
    }

    // Not what was deleted, changed or let go while it was on its way: nothing would remove that again.
    private void Keep(EntityKey key, V1ConfigMap whole)
    {
        EntityTransform.Strip(whole);
        whole.Metadata.Annotations = null;
        lock (gate)
        {
            if (users.ContainsKey(key) && maps.Find(key)?.Metadata.ResourceVersion == whole.Metadata.ResourceVersion)
                fetched[key] = whole;
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
                if (others.Count == 0 && before != map)
                    Drop(before);
            }
            if (map is not { } wanted)
                return;
            uses[key] = wanted;
            if (!users.TryGetValue(wanted, out var all))
                users[wanted] = all = [];
            all.Add(key);
        }
    }

    private void Drop(EntityKey map)
    {
        users.Remove(map);
        fetched.TryRemove(map, out _);
    }

    private void Note(EntityChange<V1ConfigMap> change)
    {
        EntityKey[] concerned;
        lock (gate)
        {
            fetched.TryRemove(change.Key, out _);
            concerned = users.TryGetValue(change.Key, out var all) ? [.. all] : [];
        }
        foreach (var generator in concerned)
            Concerned?.Invoke(generator);
    }
}

/// <summary>Before a new leader goes through all objects one by one, what their scripts come from is there.</summary>
internal sealed class ScriptsAhead(ConfigMaps maps) : IOnSynced
{
    public Task RunAsync(CancellationToken cancellationToken) => maps.ReadAheadAsync(cancellationToken);
}
