using HttpSd.Operator.Pools;
using HttpSd.Operator.Scaling;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Kubernetes;

/// <summary>Reads what counts out of a Deployment and its Pods, and drops the rest of them.</summary>
internal static class DeploymentReading
{
    /// <summary>Which Pod the controller that makes a Deployment smaller takes first: the cheapest.</summary>
    public const string DeletionCost = "controller.kubernetes.io/pod-deletion-cost";

    // Kubernetes' own default.
    private const int DefaultGraceSeconds = 30;

    public static TargetObserved Of(V1Deployment deployment, IReadOnlyList<V1Pod> pods, IEnumerable<StartUp> startUps)
    {
        var ready = pods.Count(p => p.Metadata.DeletionTimestamp is null && ReadySince(p) is not null);
        return new TargetObserved(
            new DeploymentSample(deployment.Spec.Replicas ?? 1, ready, pods.Count, IsRollingOut(deployment)) { StartUps = [.. startUps] },
            deployment.Status?.Replicas ?? 0,
            TimeSpan.FromSeconds(deployment.Spec.Template?.Spec?.TerminationGracePeriodSeconds ?? DefaultGraceSeconds))
        {
            LastSetBy = deployment.Metadata.ManagedFields?.MaxBy(f => f.Time) is { Time: { } at, Manager: { } manager } ? (manager, at) : null,
        };
    }

    /// <summary>Null when the Pod is not ready.</summary>
    public static DateTime? ReadySince(V1Pod pod) =>
        pod.Status?.Conditions?.FirstOrDefault(c => c is { Type: "Ready", Status: "True" })?.LastTransitionTime;

    /// <summary>A Deployment's Pods that may still run a job.</summary>
    public static IReadOnlyList<V1Pod> PodsOf(V1Deployment deployment, IEnumerable<V1Pod> pods) =>
        [.. pods.Where(p => p.Status?.Phase is not ("Succeeded" or "Failed") && Selects(deployment.Spec.Selector, p.Metadata.Labels))];

    /// <summary>Pods of an old template are still there, or those of a new one are not yet.</summary>
    public static bool IsRollingOut(V1Deployment deployment)
    {
        var status = deployment.Status;
        // A change that the controller has not seen may be one of the template.
        if (status is null || (status.ObservedGeneration ?? 0) < (deployment.Metadata.Generation ?? 0))
            return true;
        return (status.Replicas ?? 0) > (status.UpdatedReplicas ?? 0)
            || (status.Conditions ?? []).Any(c => c is { Type: "Progressing", Status: "True" } && c.Reason != "NewReplicaSetAvailable");
    }

    /// <summary>What is kept of a Deployment in memory, its managers among it: who set the replicas is told from them.</summary>
    public static void Strip(V1Deployment deployment)
    {
        var metadata = deployment.Metadata;
        (metadata.Annotations, metadata.Labels) = (null, null);
        metadata.ManagedFields = [.. (metadata.ManagedFields ?? []).Where(SetsReplicas).Select(f => new V1ManagedFieldsEntry { Manager = f.Manager, Time = f.Time })];
        deployment.Spec.Template = new V1PodTemplateSpec
        {
            Spec = new V1PodSpec { Containers = [], TerminationGracePeriodSeconds = deployment.Spec.Template?.Spec?.TerminationGracePeriodSeconds },
        };
    }

    public static void Strip(V1Pod pod)
    {
        var metadata = pod.Metadata;
        metadata.ManagedFields = null;
        metadata.Annotations = metadata.Annotations?.TryGetValue(DeletionCost, out var cost) == true
            ? new Dictionary<string, string> { [DeletionCost] = cost }
            : null;
        pod.Spec = null;
        pod.Status = new V1PodStatus
        {
            Phase = pod.Status?.Phase,
            Conditions = [.. (pod.Status?.Conditions ?? []).Where(c => c.Type == "Ready")],
        };
    }

    private static bool SetsReplicas(V1ManagedFieldsEntry entry) =>
        entry.Subresource == "scale"
        || (entry.FieldsV1 is { } fields && KubernetesJson.Serialize(fields).Contains("\"f:replicas\"", StringComparison.Ordinal)
            && !KubernetesJson.Serialize(fields).Contains("\"f:updatedReplicas\"", StringComparison.Ordinal));

    private static bool Selects(V1LabelSelector? selector, IDictionary<string, string>? labels)
    {
        var held = new Dictionary<string, string>(labels ?? new Dictionary<string, string>());
        return (selector?.MatchLabels ?? new Dictionary<string, string>()).All(l => held.TryGetValue(l.Key, out var value) && value == l.Value)
            && (selector?.MatchExpressions ?? []).All(e => new LabelCondition(
                e.Key, e.OperatorProperty is "In" or "Exists", e.OperatorProperty is "In" or "NotIn" ? [.. e.Values ?? []] : null).Holds(held));
    }
}
