using System.Collections.Concurrent;
using k8s;
using k8s.Models;

namespace HttpSd.Cluster.Tests.Pools;

/// <summary>
/// Runs the Pods of one Deployment as worker processes, as a scheduler and a kubelet would: a Pod is ready when
/// <c>/readyz</c> says so, is told to end by SIGTERM, killed when its grace is over, and gone when its process is.
/// </summary>
internal sealed class PlayedKubelet : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Probe = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan End = TimeSpan.FromSeconds(30);

    private readonly Kubernetes kubernetes;
    private readonly string app;
    private readonly string[] settings;
    private readonly CancellationTokenSource ending = new();
    private readonly Dictionary<string, (Task Life, TaskCompletionSource<TimeSpan> Told)> pods = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<EndedPod> ended = [];
    private readonly Task watching;

    /// <param name="cluster">Where.</param>
    /// <param name="app">The label <c>app</c> of the Pods.</param>
    /// <param name="settings">Of the workers.</param>
    public PlayedKubelet(LocalCluster.Cluster cluster, string app, params string[] settings)
    {
        kubernetes = new Kubernetes(cluster.Control.AdminConfig);
        (this.app, this.settings) = (app, [$"Redis:Url={cluster.Redis.Url}", .. settings]);
        watching = Task.Run(WatchAsync);
    }

    /// <summary>Pods that are no longer, in the order of their ends.</summary>
    public IReadOnlyList<EndedPod> Ended => [.. ended];

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        try
        {
            await watching.WaitAsync(End);
        }
        finally
        {
            foreach (var (_, told) in pods.Values)
                told.TrySetResult(TimeSpan.Zero);
            await Task.WhenAll(pods.Values.Select(p => p.Life)).WaitAsync(End);
            kubernetes.Dispose();
            ending.Dispose();
        }
    }

    private async Task WatchAsync()
    {
        while (!ending.IsCancellationRequested)
        {
            var all = await kubernetes.CoreV1.ListNamespacedPodAsync(LocalCluster.Cluster.OwnNamespace, labelSelector: $"app={app}");
            foreach (var pod in all.Items)
            {
                if (!pods.TryGetValue(pod.Metadata.Uid, out var known))
                {
                    // Its continuations are a whole life: not within the loop.
                    var told = new TaskCompletionSource<TimeSpan>(TaskCreationOptions.RunContinuationsAsynchronously);
                    pods[pod.Metadata.Uid] = known = (Task.Run(() => LiveAsync(pod.Metadata.Name, told.Task)), told);
                }
                if (pod.Metadata.DeletionTimestamp is not null)
                    known.Told.TrySetResult(TimeSpan.FromSeconds(pod.Metadata.DeletionGracePeriodSeconds ?? 0));
            }
            // One that nobody was given yet goes without a word.
            var left = all.Items.Select(p => p.Metadata.Uid).ToHashSet(StringComparer.Ordinal);
            foreach (var (uid, pod) in pods)
            {
                if (!left.Contains(uid))
                    pod.Told.TrySetResult(TimeSpan.Zero);
            }
            await Task.Delay(Pause);
        }
    }

    private async Task LiveAsync(string pod, Task<TimeSpan> told)
    {
        await TryAsync(() => kubernetes.CoreV1.CreateNamespacedPodBindingAsync(
            new V1Binding { Metadata = new V1ObjectMeta { Name = pod }, Target = new V1ObjectReference { Kind = "Node", Name = "played" } },
            pod, LocalCluster.Cluster.OwnNamespace));
        using var part = await Part.StartWithAsync("Worker", null, [$"POD_NAME={pod}"], settings);
        for (var ready = false; !told.IsCompleted && !part.HasExited;)
        {
            if (await part.IsReadyAsync() != ready)
                await TryAsync(() => ShowAsync(pod, ready = !ready));
            await Task.WhenAny(told, Task.Delay(ready ? Probe : Pause));
        }
        var crashed = part.HasExited;
        var grace = await told;

        var toldAt = DateTimeOffset.UtcNow;
        if (!crashed)
            part.Signal("TERM");
        var late = false;
        try
        {
            await part.WaitExitAsync(grace);
        }
        catch (TimeoutException)
        {
            late = true;
            part.Kill();
        }
        ended.Enqueue(new EndedPod(pod, toldAt, DateTimeOffset.UtcNow, crashed ? "crashed" : late ? "killed" : $"ended with {part.ExitCode}", part.Log));
        await TryAsync(() => kubernetes.CoreV1.DeleteNamespacedPodAsync(pod, LocalCluster.Cluster.OwnNamespace, gracePeriodSeconds: 0));
    }

    private Task ShowAsync(string pod, bool ready)
    {
        var (now, word) = (DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", null), ready ? "True" : "False");
        var patch = $$"""
            {"status": {"phase": "Running", "conditions": [
                {"type": "Ready", "status": "{{word}}", "lastTransitionTime": "{{now}}"},
                {"type": "ContainersReady", "status": "{{word}}", "lastTransitionTime": "{{now}}"} ] } }
            """;
        return kubernetes.CoreV1.PatchNamespacedPodStatusAsync(
            new V1Patch(patch, V1Patch.PatchType.StrategicMergePatch), pod, LocalCluster.Cluster.OwnNamespace);
    }

    /// <summary>A Pod that is gone meanwhile is no fault.</summary>
    private static async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (k8s.Autorest.HttpOperationException e) when (e.Response.StatusCode is System.Net.HttpStatusCode.NotFound or System.Net.HttpStatusCode.Conflict)
        {
        }
    }
}

/// <summary>A Pod's end.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ToldAt">When it got SIGTERM.</param>
/// <param name="EndedAt">When its process was gone.</param>
/// <param name="How">Such as <c>ended with 0</c>, <c>killed</c> or <c>crashed</c>.</param>
/// <param name="Log">What it said last.</param>
internal sealed record EndedPod(string Name, DateTimeOffset ToldAt, DateTimeOffset EndedAt, string How, string Log);
