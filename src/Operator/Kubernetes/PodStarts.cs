using System.Collections.Concurrent;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Caching;
using HttpSd.Operator.Scaling;
using k8s.Models;

namespace HttpSd.Operator.Kubernetes;

/// <summary>
/// How long each Pod took to its first ready, of those that were seen becoming so: what a Pod says is when it last
/// became ready, which after a failed probe has nothing to do with its start.
/// </summary>
internal sealed class PodStarts
{
    private readonly ConcurrentDictionary<string, StartUp?> starts = new(StringComparer.Ordinal);

    public PodStarts(EntityStore<V1Pod> pods)
    {
        pods.Changed += Note;
    }

    /// <summary>Null when it isn't ready yet, or was when it was seen first.</summary>
    public StartUp? Of(V1Pod pod) => starts.GetValueOrDefault(pod.Metadata.Uid ?? "");

    private void Note(EntityChange<V1Pod> change)
    {
        if (change.After is not { } pod)
        {
            if (change.Before?.Metadata.Uid is { } gone)
                starts.TryRemove(gone, out _);
            return;
        }
        if (DeploymentReading.ReadySince(pod) is not { } ready)
            return;
        var seen = change.Type == ReconciliationType.Modified && pod.Metadata.CreationTimestamp is { } created
            ? new StartUp(ready, ready - created)
            : (StartUp?)null;
        starts.TryAdd(pod.Metadata.Uid ?? "", seen);
    }
}
