using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using HttpSd.Kube;

namespace HttpSd.Monitoring.Tests;

/// <summary>A real Prometheus on loopback, which scrapes every second; gone when disposed.</summary>
internal sealed class Prometheus : IDisposable
{
    private static readonly string[] Subjects = ["alertname", "path", "reason", "pool", "job"];

    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-monitoring-").FullName;
    private readonly Nursery nursery = new();
    private readonly ConcurrentQueue<string> lines = new();
    private readonly HttpClient client;
    private readonly int port = Ports.Free();
    private Process? process;

    private Prometheus() => client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/api/v1/"), Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Starts one that scrapes our processes and judges the chart's rules.</summary>
    /// <param name="parts">By the name of their job.</param>
    /// <param name="lists">Lists that it polls every second, by their URL.</param>
    public static async Task<Prometheus> StartAsync(IEnumerable<(string Job, Uri Address)> parts, params Uri[] lists)
    {
        var prometheus = new Prometheus();
        try
        {
            await prometheus.StartAsync(Config(parts, lists));
            return prometheus;
        }
        catch
        {
            prometheus.Dispose();
            throw;
        }
    }

    /// <summary>What a query gives now: one line for each series that has a number.</summary>
    public async Task<IReadOnlyList<string>> QueryAsync(string query)
    {
        using var answer = await client.GetAsync($"query?query={Uri.EscapeDataString(query)}");
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{query}: {json.RootElement}");
        return [.. json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
            .Where(s => s.GetProperty("value")[1].GetString() != "NaN").Select(s => $"{s.GetProperty("metric")} {s.GetProperty("value")[1]}")];
    }

    /// <summary>The alerts that are pending or fire, each with what it is about, such as <c>HttpsdDataStale always-fails</c>.</summary>
    public async Task<IReadOnlyList<string>> AlertsAsync()
    {
        using var json = JsonDocument.Parse(await client.GetStringAsync("alerts"));
        return [.. json.RootElement.GetProperty("data").GetProperty("alerts").EnumerateArray().Select(a => a.GetProperty("labels"))
            .Select(l => string.Join(' ', Subjects.Where(s => l.TryGetProperty(s, out _)).Select(s => l.GetProperty(s).GetString())))
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>Rules that could not be judged, and how many could.</summary>
    public async Task<(int Good, IReadOnlyList<string> Bad)> RulesAsync()
    {
        using var json = JsonDocument.Parse(await client.GetStringAsync("rules"));
        var rules = json.RootElement.GetProperty("data").GetProperty("groups").EnumerateArray().SelectMany(g => g.GetProperty("rules").EnumerateArray()).ToList();
        return (rules.Count(r => r.GetProperty("health").GetString() == "ok"),
            [.. rules.Where(r => r.GetProperty("health").GetString() == "err").Select(r => $"{r.GetProperty("name")}: {r.GetProperty("lastError")}")]);
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

    private async Task StartAsync(string config)
    {
        var file = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(file, config);
        process = await nursery.StartAsync("prometheus",
        [
            $"--config.file={file}", $"--storage.tsdb.path={Path.Combine(folder, "tsdb")}", $"--web.listen-address=127.0.0.1:{port}", "--log.level=warn",
        ]);
        process.OutputDataReceived += (_, e) => lines.Enqueue(e.Data ?? "");
        process.ErrorDataReceived += (_, e) => lines.Enqueue(e.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Eventually.IsAsync(IsReadyAsync, yes => yes, TimeSpan.FromSeconds(20), () => string.Join('\n', lines));
    }

    private async Task<bool> IsReadyAsync()
    {
        if (process!.HasExited)
            throw new InvalidOperationException($"prometheus ended:\n{string.Join('\n', lines)}");
        try
        {
            using var answer = await client.GetAsync("/-/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static string Config(IEnumerable<(string Job, Uri Address)> parts, Uri[] lists) =>
        $$"""
        global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
        rule_files: ["{{AlertRule.File}}"]
        scrape_configs:

        """ + string.Concat(parts.Select(p => $$"""
              - {job_name: {{p.Job}}, static_configs: [{targets: ["{{p.Address.Authority}}"], labels: {namespace: {{LocalCluster.Cluster.OwnNamespace}} } }]}

            """)) + string.Concat(lists.Select((url, n) => $$"""
              - {job_name: list-{{n}}, http_sd_configs: [{url: "{{url}}", refresh_interval: 1s}]}

            """));
}
