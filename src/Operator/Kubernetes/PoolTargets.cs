using System.Text.Json;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Pools;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Caching;
using k8s.Models;

namespace HttpSd.Operator.Kubernetes;

/// <summary>The Deployments that pools scale, with their Pods; tells which pools a change concerns.</summary>
internal sealed class PoolTargets
{
    private readonly EntityStore<WorkerPool> pools;
    private readonly EntityStore<V1Deployment> deployments;
    private readonly EntityStore<V1Pod> pods;
    private readonly PodStarts starts;

    public PoolTargets(EntityStore<WorkerPool> pools, EntityStore<V1Deployment> deployments, EntityStore<V1Pod> pods, PodStarts starts)
    {
        (this.pools, this.deployments, this.pods, this.starts) = (pools, deployments, pods, starts);
        deployments.Changed += Note;
    }

    /// <summary>Pools whose Deployment is another now.</summary>
    public event Action<EntityKey>? Concerned;

    /// <summary>The name in <c>scaleTargetRef</c>; null when there is none.</summary>
    public static string? NameOf(WorkerPool pool) =>
        pool.Spec.ValueKind == JsonValueKind.Object && pool.Spec.TryGetProperty("scaleTargetRef", out var reference)
            ? SpecText.Of(reference, "name")
            : null;

    /// <summary>Null when there is no such Deployment.</summary>
    public V1Deployment? Find(WorkerPool pool) =>
        NameOf(pool) is { } name ? deployments.Find(new EntityKey(pool.Metadata.NamespaceProperty ?? "", name)) : null;

    /// <summary>What counts of the Deployment; null when there is none.</summary>
    public TargetObserved? Read(WorkerPool pool)
    {
        if (Find(pool) is not { } deployment)
            return null;
        var own = PodsOf(deployment);
        return DeploymentReading.Of(deployment, own, own.Select(starts.Of).OfType<Scaling.StartUp>());
    }

    public IReadOnlyList<V1Pod> PodsOf(V1Deployment deployment) => DeploymentReading.PodsOf(deployment, pods.All);

    private void Note(EntityChange<V1Deployment> change)
    {
        if (change is { Before: { } before, After: { } after }
            && before.Metadata.Generation == after.Metadata.Generation && before.Status?.Replicas == after.Status?.Replicas)
            return;
        foreach (var pool in pools.All.Where(p => NameOf(p) == change.Key.Name))
            Concerned?.Invoke(EntityKey.Of(pool));
    }
}
