using System.Net;
using System.Text.Json;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Pools;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Runtime.Caching;
using HttpSd.Operator.Runtime.Client;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace HttpSd.Operator.Kubernetes;

/// <summary>
/// What else sets the replicas of Deployments: KEDA's ScaledObjects, HorizontalPodAutoscalers, older WorkerPools.
/// The first two are listed now and then and not watched: that takes one right less, and works without KEDA.
/// </summary>
internal sealed partial class PoolRivals(
    IKubernetes kubernetes, EntityStore<WorkerPool> pools, PoolScope scope, TimeProvider time, ILogger<PoolRivals> log) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim listing = new(1, 1);
    private readonly HashSet<string> told = [];
    private IReadOnlyList<Rival> listed = [];
    private long? listedAt;

    /// <summary>The object that already scales the pool's Deployment; null: nothing does.</summary>
    /// <exception cref="HttpOperationException">The API server has never answered so far.</exception>
    public async Task<string?> FindAsync(WorkerPool pool, CancellationToken cancellationToken)
    {
        if (PoolTargets.NameOf(pool) is not { } target)
            return null;
        var others = await ListAsync(cancellationToken);
        return others.FirstOrDefault(r => r.Target == target)?.Name ?? Older(pool, target);
    }

    public void Dispose() => listing.Dispose();

    private string? Older(WorkerPool pool, string target) =>
        pools.All
            .Where(p => p.Metadata.Uid != pool.Metadata.Uid && PoolTargets.NameOf(p) == target
                && WorkerPoolReader.Read(p.Metadata.Name, p.Spec).Settings is { Recommends: false } && Rank(p).CompareTo(Rank(pool)) < 0)
            .OrderBy(Rank)
            .Select(p => $"the older WorkerPool '{p.Metadata.Name}'")
            .FirstOrDefault();

    private static (DateTime, string) Rank(WorkerPool pool) => (pool.Metadata.CreationTimestamp ?? DateTime.MaxValue, pool.Metadata.Name);

    private async Task<IReadOnlyList<Rival>> ListAsync(CancellationToken cancellationToken)
    {
        await listing.WaitAsync(cancellationToken);
        try
        {
            if (listedAt is { } at && time.GetElapsedTime(at) < Interval)
                return listed;
            listed = [.. await TolerantAsync(ScaledObjectsAsync, cancellationToken), .. await TolerantAsync(HorizontalAsync, cancellationToken)];
            listedAt = time.GetTimestamp();
        }
        catch (Exception e) when (listedAt is not null && e is HttpOperationException or HttpRequestException)
        {
            // What was known stays known.
        }
        finally
        {
            listing.Release();
        }
        return listed;
    }

    // Without the right, or without KEDA, there is nothing to be seen.
    private async Task<IReadOnlyList<Rival>> TolerantAsync(Func<CancellationToken, Task<IReadOnlyList<Rival>>> list, CancellationToken cancellationToken)
    {
        try
        {
            return await list(cancellationToken);
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return [];
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.Forbidden)
        {
            if (told.Add(list.Method.Name))
                Log.Unseen(log, Refusal.Describe(e));
            return [];
        }
    }

    private async Task<IReadOnlyList<Rival>> HorizontalAsync(CancellationToken cancellationToken)
    {
        var list = await kubernetes.AutoscalingV1.ListNamespacedHorizontalPodAutoscalerAsync(scope.Namespace, cancellationToken: cancellationToken);
        return [.. list.Items.Where(h => h.Spec.ScaleTargetRef.Kind == V1Deployment.KubeKind)
            .Select(h => new Rival(h.Spec.ScaleTargetRef.Name, $"HorizontalPodAutoscaler '{h.Metadata.Name}'"))];
    }

    private async Task<IReadOnlyList<Rival>> ScaledObjectsAsync(CancellationToken cancellationToken)
    {
        var list = await kubernetes.CustomObjects.ListNamespacedCustomObjectAsync<JsonElement>(
            "keda.sh", "v1alpha1", scope.Namespace, "scaledobjects", cancellationToken: cancellationToken);
        var found = new List<Rival>();
        foreach (var item in list.TryGetProperty("items", out var items) && items.ValueKind == JsonValueKind.Array ? items.EnumerateArray() : [])
        {
            if (item.TryGetProperty("spec", out var spec) && spec.ValueKind == JsonValueKind.Object && spec.TryGetProperty("scaleTargetRef", out var target)
                && (SpecText.Of(target, "kind") ?? V1Deployment.KubeKind) == V1Deployment.KubeKind && SpecText.Of(target, "name") is { } name)
                found.Add(new Rival(name, $"ScaledObject '{EntityJson.KeyOf(item).Name}'"));
        }
        return found;
    }

    private sealed record Rival(string Target, string Name);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "What else scales a pool's Deployment goes unseen, and this is said once: {Reason}")]
        public static partial void Unseen(ILogger logger, string reason);
    }
}
