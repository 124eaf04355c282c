using System.Collections.Concurrent;
using HttpSd.Kube;
using k8s;
using k8s.Models;

namespace HttpSd.Chart.Tests.Live;

/// <summary>Runs Jobs where there is no kubelet: their container's command, under their account's own token, and then says how they ended.</summary>
internal sealed class PlayedJobs : IAsyncDisposable
{
    private readonly ControlPlane plane;
    private readonly Kubernetes admin;
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<string> logs = new();
    private readonly HashSet<string> seen = [];
    private readonly Task loop;

    public PlayedJobs(ControlPlane plane)
    {
        (this.plane, admin) = (plane, new Kubernetes(plane.AdminConfig));
        loop = LoopAsync();
    }

    /// <summary>What the Jobs have said so far.</summary>
    public string Log => string.Join('\n', logs);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await loop;
        admin.Dispose();
        stop.Dispose();
    }

    private async Task LoopAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            foreach (var job in (await admin.BatchV1.ListJobForAllNamespacesAsync(cancellationToken: CancellationToken.None)).Items)
            {
                if (seen.Add(job.Metadata.Uid))
                    await PlayAsync(job);
            }
            await Task.Delay(200, CancellationToken.None);
        }
    }

    private async Task PlayAsync(V1Job job)
    {
        var (space, pod) = (job.Metadata.NamespaceProperty, job.Spec.Template.Spec);
        var kubeconfig = Path.GetTempFileName();
        plane.WriteKubeconfig(kubeconfig, await plane.CreateTokenAsync(space, pod.ServiceAccountName));
        using var processes = await PodProcesses.StartAsync(admin, space, pod, new Dictionary<string, string> { ["KUBECONFIG"] = kubeconfig });
        var exitCode = await processes.ExitCodeAsync(TimeSpan.FromMinutes(2));
        logs.Enqueue($"{job.Metadata.Name} ended with {exitCode}: {processes.Log}");
        File.Delete(kubeconfig);
        var condition = exitCode == 0 ? "Complete" : "Failed";
        await admin.BatchV1.PatchNamespacedJobStatusAsync(
            new V1Patch(
                $$$"""{"status":{"succeeded":{{{(exitCode == 0 ? 1 : 0)}}},"conditions":[{"type":"{{{condition}}}","status":"True","message":"played"}]}}""",
                V1Patch.PatchType.MergePatch),
            job.Metadata.Name, space);
    }
}
