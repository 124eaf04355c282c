using System.Text.Json;

namespace HttpSd.LocalCluster.Chaos;

/// <summary>A real Prometheus that polls lists every second and scrapes nothing in its time.</summary>
internal sealed class PollingPrometheus(PrometheusProcess process) : IDisposable
{
    public static async Task<PollingPrometheus> StartAsync(IEnumerable<Uri> lists) => new(await PrometheusProcess.StartAsync(
        "global: {scrape_interval: 1h, scrape_timeout: 1s}\nscrape_configs:\n" + string.Concat(lists.Select((url, n) =>
            $"- {{job_name: list-{n}, http_sd_configs: [{{url: \"{url}\", refresh_interval: 1s}}]}}\n")),
        "error"));

    /// <summary>The addresses that it has; null while it doesn't answer.</summary>
    public async Task<IReadOnlySet<string>?> AddressesAsync()
    {
        process.MustRun();
        try
        {
            using var json = JsonDocument.Parse(await process.Client.GetStringAsync("targets?state=active"));
            return json.RootElement.GetProperty("data").GetProperty("activeTargets").EnumerateArray()
                .Select(t => t.GetProperty("discoveredLabels").GetProperty("__address__").GetString()!).ToHashSet(StringComparer.Ordinal);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    public void Dispose() => process.Dispose();
}
