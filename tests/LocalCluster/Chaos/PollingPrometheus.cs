using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using HttpSd.Kube;

namespace HttpSd.LocalCluster.Chaos;

/// <summary>A real Prometheus that polls lists every second and scrapes nothing in its time.</summary>
internal sealed class PollingPrometheus : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-chaos-").FullName;
    private readonly Nursery nursery = new();
    private readonly ConcurrentQueue<string> lines = new();
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly int port = Ports.Free();
    private Process? process;

    public static async Task<PollingPrometheus> StartAsync(IEnumerable<Uri> lists)
    {
        var prometheus = new PollingPrometheus();
        var file = Path.Combine(prometheus.folder, "prometheus.yml");
        await File.WriteAllTextAsync(file, "global: {scrape_interval: 1h, scrape_timeout: 1s}\nscrape_configs:\n" + string.Concat(lists.Select((url, n) =>
            $"- {{job_name: list-{n}, http_sd_configs: [{{url: \"{url}\", refresh_interval: 1s}}]}}\n")));
        prometheus.process = await prometheus.nursery.StartAsync("prometheus",
            [$"--config.file={file}", $"--storage.tsdb.path={Path.Combine(prometheus.folder, "tsdb")}", $"--web.listen-address=127.0.0.1:{prometheus.port}", "--log.level=error"]);
        prometheus.process.OutputDataReceived += (_, _) => { };
        prometheus.process.ErrorDataReceived += (_, e) => prometheus.lines.Enqueue(e.Data ?? "");
        prometheus.process.BeginOutputReadLine();
        prometheus.process.BeginErrorReadLine();
        return prometheus;
    }

    /// <summary>The addresses that it has; null while it doesn't answer.</summary>
    public async Task<IReadOnlySet<string>?> AddressesAsync()
    {
        if (process!.HasExited)
            throw new InvalidOperationException($"prometheus ended:\n{string.Join('\n', lines)}");
        try
        {
            using var json = JsonDocument.Parse(await client.GetStringAsync($"http://127.0.0.1:{port}/api/v1/targets?state=active"));
            return json.RootElement.GetProperty("data").GetProperty("activeTargets").EnumerateArray()
                .Select(t => t.GetProperty("discoveredLabels").GetProperty("__address__").GetString()!).ToHashSet(StringComparer.Ordinal);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (process is { HasExited: false })
        {
            process.Kill();
            process.WaitForExit();
        }
        process?.Dispose();
        client.Dispose();
        nursery.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
