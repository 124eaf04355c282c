using System.Text.Json;

namespace HttpSd.Monitoring.Tests;

/// <summary>A real Prometheus on loopback, which scrapes every second; gone when disposed.</summary>
internal sealed class Prometheus(PrometheusProcess process) : IDisposable
{
    private static readonly string[] Subjects = ["alertname", "path", "reason", "pool", "job"];

    private readonly HttpClient client = process.Client;

    /// <summary>Starts one that scrapes our processes and judges the chart's rules.</summary>
    /// <param name="parts">By the name of their job.</param>
    /// <param name="lists">Lists that it polls every second, by their URL.</param>
    public static async Task<Prometheus> StartAsync(IEnumerable<(string Job, Uri Address)> parts, params Uri[] lists)
    {
        var prometheus = new Prometheus(await PrometheusProcess.StartAsync(Config(parts, lists), "warn"));
        try
        {
            await Eventually.IsAsync(prometheus.IsReadyAsync, yes => yes, TimeSpan.FromSeconds(20), () => prometheus.Log);
            return prometheus;
        }
        catch
        {
            prometheus.Dispose();
            throw;
        }
    }

    private string Log => process.Log;

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

    public void Dispose() => process.Dispose();

    private async Task<bool> IsReadyAsync()
    {
        process.MustRun();
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
