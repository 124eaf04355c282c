using HttpSd.Kube;

namespace HttpSd.Monitoring.Tests;

/// <summary>
/// All parts, one of each, agent and runner apart as in a Pod; generators that do well, fail and hang; a pool; and a
/// Prometheus that scrapes the parts and polls the lists.
/// </summary>
public sealed class MonitoredCluster : IAsyncLifetime
{
    private const string Objects = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: monitoring}
        ---
        apiVersion: httpsd.io/v1alpha1
        kind: TargetGenerator
        metadata: {name: fine, namespace: default}
        spec:
          cacheTTL: 1s
          script: |
            def generate_targets(**params):
                return [{"targets": ["127.0.0.1:1", "127.0.0.1:2"]}]
        ---
        apiVersion: httpsd.io/v1alpha1
        kind: TargetGenerator
        metadata: {name: static, namespace: default}
        spec:
          staticTargets: [{targets: ["127.0.0.1:3"]}]
        ---
        apiVersion: httpsd.io/v1alpha1
        kind: TargetGenerator
        metadata: {name: my-service, namespace: monitoring}
        spec:
          script: |
            def generate_targets(**params):
                raise RuntimeError("on purpose")
        ---
        apiVersion: httpsd.io/v1alpha1
        kind: TargetGenerator
        metadata: {name: hangs, namespace: default}
        spec:
          timeout: 1s
          script: |
            import time
            def generate_targets(**params):
                time.sleep(3600)
        ---
        apiVersion: httpsd.io/v1alpha1
        kind: TargetGenerator
        metadata: {name: poolless, namespace: default}
        spec:
          workerPool: nowhere
          script: |
            def generate_targets(**params):
                return []
        """;

    private const string Pool = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: httpsd-worker-default, namespace: httpsd}
        spec:
          selector: {matchLabels: {app: httpsd-worker} }
          template:
            metadata: {labels: {app: httpsd-worker} }
            spec:
              containers: [{name: worker, image: none}]
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-runner-").FullName;
    private readonly Nursery nursery = new();
    private readonly List<Part> parts = [];
    private System.Diagnostics.Process? runner;
    private LocalCluster.Cluster? cluster;

    internal LocalCluster.Cluster Cluster => cluster!;

    internal Part Operator => parts[0];

    internal Part Server => parts[1];

    internal Prometheus Prometheus { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        cluster = await LocalCluster.Cluster.StartAsync();
        var socket = await StartRunnerAsync();
        parts.Add(await cluster.StartOperatorAsync(null, "Operator:ScalingInterval=1s"));
        parts.Add(await cluster.StartServerAsync(null));
        parts.Add(await cluster.StartWorkerAsync(null, $"Worker:RunnerSocket={socket}", "Worker:RetryDelay=1s", "Worker:MaxRetryDelay=2s"));
        await cluster.ApplyAsync(Objects);
        await cluster.ApplyAsync(Pool);
        await cluster.MustAsync("apply", "-f", Path.Combine(Programs.Root, "config", "samples", "worker-pool.yaml"));
        foreach (var part in parts)
            await part.WaitReadyAsync();
        Prometheus = await Prometheus.StartAsync(
            [("httpsd-operator", parts[0].Address), ("httpsd-server", parts[1].Address), ("httpsd-worker", parts[2].Address)],
            [.. new[] { "fine", "static", "my-service", "hangs" }.Select(path => new Uri(parts[1].Address, "targets/" + path))]);
    }

    public async ValueTask DisposeAsync()
    {
        Prometheus?.Dispose();
        parts.ForEach(p => p.Dispose());
        if (runner is not null)
        {
            runner.Kill(entireProcessTree: true);
            await runner.WaitForExitAsync();
            runner.Dispose();
        }
        nursery.Dispose();
        if (cluster is not null)
            await cluster.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task<string> StartRunnerAsync()
    {
        var socket = Path.Combine(folder, "runner.sock");
        runner = await nursery.StartAsync(
            "dotnet", [Programs.Assembly("Worker"), "runner", "--socket", socket, "--work-directory", Path.Combine(folder, "work")]);
        runner.OutputDataReceived += (_, _) => { };
        runner.ErrorDataReceived += (_, _) => { };
        runner.BeginOutputReadLine();
        runner.BeginErrorReadLine();
        return socket;
    }
}
