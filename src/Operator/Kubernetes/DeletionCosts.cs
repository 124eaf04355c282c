using System.Net;
using System.Text.Json.Nodes;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Runtime.Client;
using HttpSd.Operator.Runtime.LeaderElection;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Queue;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace HttpSd.Operator.Kubernetes;

/// <summary>
/// Marks which Pods run what before a Deployment gets smaller, so that idle ones go first. A courtesy: workers
/// drain in any case, so nothing that goes wrong here stops a decrease.
/// </summary>
internal sealed partial class DeletionCosts(
    IKubernetes kubernetes, RunningJobs running, PoolTargets targets, ILeaderElection leadership, ILogger<DeletionCosts> log)
{
    private const int Busy = 10;
    private const int Longest = 86_400;

    // Pods are not waited for one by one, nor is the server asked for all at once.
    private const int AtOnce = 8;

    private bool forbidden;

    public async Task SetAsync(WorkerPool pool, CancellationToken cancellationToken)
    {
        if (forbidden || targets.Find(pool) is not { } deployment)
            return;
        try
        {
            var ages = await running.ReadAsync(pool.Metadata.Name, cancellationToken);
            var changes = targets.PodsOf(deployment)
                .Where(p => p.Metadata.DeletionTimestamp is null)
                .Select(p => (Pod: p, Cost: CostOf(ages, p.Metadata.Name)))
                .Where(c => CostOf(c.Pod) != c.Cost);
            await Parallel.ForEachAsync(
                changes,
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
                async (change, token) => await MarkAsync(change.Pod, change.Cost, token));
        }
        catch (Exception e) when (e is HttpOperationException or HttpRequestException or StoreUnavailableException)
        {
            Note(e);
        }
    }

    /// <summary>Nothing for an idle Pod; the longer a job has run, the more would be lost.</summary>
    public static int CostOf(IReadOnlyDictionary<string, TimeSpan> ages, string pod) =>
        ages.TryGetValue(pod, out var age) ? Busy + (int)Math.Clamp(age.TotalSeconds, 0, Longest) : 0;

    private static int CostOf(V1Pod pod) =>
        pod.Metadata.Annotations?.TryGetValue(DeploymentReading.DeletionCost, out var text) == true && int.TryParse(text, out var cost) ? cost : 0;

    private async Task MarkAsync(V1Pod pod, int cost, CancellationToken cancellationToken)
    {
        if (!leadership.IsLeader)
            throw new LeadershipLostException();
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [DeploymentReading.DeletionCost] = $"{cost}" } },
        };
        try
        {
            await kubernetes.CoreV1.PatchNamespacedPodAsync(
                new V1Patch(patch.ToJsonString(), V1Patch.PatchType.MergePatch), pod.Metadata.Name, pod.Metadata.NamespaceProperty, cancellationToken: cancellationToken);
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.NotFound)
        {
            // It is gone already.
        }
    }

    private void Note(Exception error)
    {
        var reason = Refusal.Describe(error);
        forbidden = error is HttpOperationException { Response.StatusCode: HttpStatusCode.Forbidden };
        if (forbidden)
            Log.Forbidden(log, reason);
        else
            Log.Failed(log, reason);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Idle Pods can't be marked to go first, and this is said once: {Reason}")]
        public static partial void Forbidden(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Debug, Message = "Idle Pods could not be marked to go first: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
