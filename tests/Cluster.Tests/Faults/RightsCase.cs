using System.Collections.Concurrent;
using HttpSd.Operator;
using k8s;
using k8s.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace HttpSd.Cluster.Tests.Faults;

/// <summary>
/// An operator in this process under an account that has the shipped rights, or all but one verb, and what it says.
/// </summary>
internal sealed class RightsCase(LocalCluster.Cluster cluster, Rights rights) : ILoggerProvider
{
    private readonly ConcurrentQueue<string> warnings = new();

    public string Warnings => string.Join('\n', warnings);

    /// <summary>Starts, publishes from a ConfigMap, tells, tells the same again, renews the lease; ends early when <paramref name="said"/> was.</summary>
    /// <returns>Whether all of it went well.</returns>
    public async Task<bool> RunAsync(string? said)
    {
        await using var lane = await Lane.StartAsync(cluster, rights: rights);
        await lane.Admin.CoreV1.CreateNamespacedConfigMapAsync(
            new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "scripts" }, Data = new Dictionary<string, string> { ["a.py"] = "def generate_targets(**p):\n    return []\n" } },
            lane.Name);
        await using var app = OperatorApp.Create(
            [
                $"--Kubernetes:KubeConfig={lane.Kubeconfig}", $"--Operator:Name={lane.Name}", $"--Operator:OwnNamespace={lane.Name}",
                $"--Operator:Namespaces:0={lane.Name}", "--Operator:Urls=http://127.0.0.1:0", $"--Redis:Url={cluster.Redis.Url}", $"--Redis:KeyPrefix={lane.Prefix}",
            ],
            builder => builder.Logging.ClearProviders().AddProvider(this));
        await app.StartAsync();
        var done = false;
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(25));
            var steps = StepsAsync(lane, limit.Token);
            while (!steps.IsCompleted && !(said is not null && Warnings.Contains(said, StringComparison.Ordinal)))
                await Task.WhenAny(steps, Task.Delay(100));
            await limit.CancelAsync();
            done = await steps;
        }
        finally
        {
            using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await app.StopAsync(soon.Token);
        }
        return done;
    }

    public ILogger CreateLogger(string categoryName) => new Taker(warnings);

    public void Dispose()
    {
    }

    private static async Task<bool> StepsAsync(Lane lane, CancellationToken cancellationToken)
    {
        var map = new { configMapKeyRef = new { name = "scripts", key = "a.py" } };
        return await UntilAsync(async () => await LeaseAsync(lane) is not null)
            // After the first lists: what was read before anybody referred to it has to be read again.
            && await ApplyAsync(false)
            && await ApplyAsync(true)
            && await ApplyAsync(false)
            && await ApplyAsync(true)
            && await UntilAsync(async () => (await lane.Admin.CoreV1.ListNamespacedEventAsync(lane.Name)).Items.Any(e => e.Count > 1))
            && await UntilAsync(async () => (await LeaseAsync(lane))!.Spec is { } spec && spec.RenewTime - spec.AcquireTime > TimeSpan.FromSeconds(1));

        async Task<bool> ApplyAsync(bool suspend)
        {
            await lane.ApplyAsync("a", new { scriptFrom = map, suspend });
            return await UntilAsync(() => lane.IsReadyAsync("a", "Published"));
        }

        async Task<bool> UntilAsync(Func<Task<bool>> good)
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                if (await good())
                    return true;
                await Task.Delay(100, CancellationToken.None);
            }
            return false;
        }
    }

    private static async Task<V1Lease?> LeaseAsync(Lane lane) =>
        (await lane.Admin.CoordinationV1.ListNamespacedLeaseAsync(lane.Name)).Items.FirstOrDefault(l => l.Spec.RenewTime is not null);

    private sealed class Taker(ConcurrentQueue<string> warnings) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                warnings.Enqueue(formatter(state, exception));
        }
    }
}
