using System.Collections.Concurrent;
using System.Diagnostics;
using HttpSd.Kube;

namespace HttpSd.LocalCluster;

/// <summary>A real Prometheus on loopback; gone when disposed.</summary>
internal sealed class PrometheusProcess : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-prometheus-").FullName;
    private readonly Nursery nursery = new();
    private readonly ConcurrentQueue<string> lines = new();
    private readonly int port = Ports.Free();
    private Process? process;

    private PrometheusProcess() => Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/api/v1/"), Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Of its API.</summary>
    public HttpClient Client { get; }

    /// <summary>What it has logged.</summary>
    public string Log => string.Join('\n', lines);

    /// <summary>Starts one, which may not be ready yet.</summary>
    /// <param name="config">The text of its configuration.</param>
    /// <param name="logLevel">From which on it tells.</param>
    public static async Task<PrometheusProcess> StartAsync(string config, string logLevel)
    {
        var prometheus = new PrometheusProcess();
        try
        {
            var file = Path.Combine(prometheus.folder, "prometheus.yml");
            await File.WriteAllTextAsync(file, config);
            prometheus.process = await prometheus.nursery.StartAsync("prometheus",
            [
                $"--config.file={file}", $"--storage.tsdb.path={Path.Combine(prometheus.folder, "tsdb")}",
                $"--web.listen-address=127.0.0.1:{prometheus.port}", $"--log.level={logLevel}",
            ]);
            prometheus.process.OutputDataReceived += (_, e) => prometheus.lines.Enqueue(e.Data ?? "");
            prometheus.process.ErrorDataReceived += (_, e) => prometheus.lines.Enqueue(e.Data ?? "");
            prometheus.process.BeginOutputReadLine();
            prometheus.process.BeginErrorReadLine();
            return prometheus;
        }
        catch
        {
            prometheus.Dispose();
            throw;
        }
    }

    /// <summary>Throws what it has logged when it has ended.</summary>
    public void MustRun()
    {
        if (process!.HasExited)
            throw new InvalidOperationException($"prometheus ended:\n{Log}");
    }

    public void Dispose()
    {
        if (process is { HasExited: false })
        {
            process.Kill();
            process.WaitForExit();
        }
        process?.Dispose();
        Client.Dispose();
        nursery.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
