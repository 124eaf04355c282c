using HttpSd.Kube;
using k8s;
using k8s.Models;

namespace HttpSd.Chart.Tests.Live;

/// <summary>An API server with nothing of ours on it, Helm, and somebody who runs the Jobs.</summary>
public sealed class Installation : IAsyncLifetime
{
    internal ControlPlane Plane { get; private set; } = null!;

    internal Kubernetes Admin { get; private set; } = null!;

    internal PlayedJobs Jobs { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Plane = await ControlPlane.StartAsync();
        Admin = new Kubernetes(Plane.AdminConfig);
        Jobs = new PlayedJobs(Plane);
    }

    public async ValueTask DisposeAsync()
    {
        if (Jobs is not null)
            await Jobs.DisposeAsync();
        Admin?.Dispose();
        if (Plane is not null)
            await Plane.DisposeAsync();
    }

    /// <summary>Runs Helm and fails unless it succeeds; what it says.</summary>
    internal async Task<string> HelmAsync(params string[] arguments)
    {
        var result = await Helm.RunAsync(Plane.AdminKubeconfig, arguments);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException($"helm {string.Join(' ', arguments)}: {result.Error}\n{Jobs.Log}");
    }

    internal Task<string> KubectlAsync(params string[] arguments) => ChartCluster.MustAsync(Plane, arguments);

    internal async Task<V1PodSpec> PodAsync(string space, string deployment) =>
        (await Admin.AppsV1.ReadNamespacedDeploymentAsync(deployment, space)).Spec.Template.Spec;
}
