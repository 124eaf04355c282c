using System.Diagnostics;
using System.Text.Json;

namespace HttpSd.Cli.Tests.Serving;

/// <summary>A real Prometheus polls the server.</summary>
public sealed class PrometheusTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-prometheus-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Prometheus_has_the_targets_keeps_them_through_failures_and_drops_them_on_an_empty_list()
    {
        var script = Path.Combine(folder, "fleet.py");
        await File.WriteAllTextAsync(script, Returning("[{'targets': ['10.0.0.1:9100', '10.0.0.2:9100'], 'labels': {'env': 'prod'}}]"));
        await using var httpsd = await HttpsdProcess.StartAsync(folder);
        using var client = new HttpClient();
        var port = HttpsdProcess.FreePort();
        using var prometheus = await StartAsync(httpsd.Url, port, ["fleet"]);
        try
        {
            Task<string> Targets() => ActiveAsync(client, port);
            await Eventually.IsAsync(Targets, t => t == "10.0.0.1:9100 prod,10.0.0.2:9100 prod", Patience);

            await File.WriteAllTextAsync(script, Returning("1/0"));
            await Eventually.IsAsync(
                () => httpsd.Client.GetStringAsync("/targets/fleet?debug=true"), b => b.Contains("ZeroDivisionError", StringComparison.Ordinal), Patience);
            await Task.Delay(TimeSpan.FromSeconds(7), TestContext.Current.CancellationToken);
            (await Targets()).Should().Be("10.0.0.1:9100 prod,10.0.0.2:9100 prod");

            await File.WriteAllTextAsync(script, Returning("[]"));
            await Eventually.IsAsync(Targets, t => t.Length == 0, Patience);
        }
        finally
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Prometheus_has_the_targets_of_the_samples()
    {
        string[] paths = ["my-service", "static", "parameters", "json-api", "csv-inventory", "perl", "configmap", "gateway"];
        await using var httpsd = await HttpsdProcess.StartAsync(ServeTests.Samples());
        var served = new List<string>();
        foreach (var path in paths)
        {
            using var answer = await Eventually.IsAsync(
                () => httpsd.Client.GetAsync("/targets/" + path), r => r.IsSuccessStatusCode, Patience);
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            served.AddRange(json.RootElement.EnumerateArray()
                .SelectMany(group => group.GetProperty("targets").EnumerateArray()).Select(target => $"{path} {target}"));
        }
        using var client = new HttpClient();
        var port = HttpsdProcess.FreePort();
        using var prometheus = await StartAsync(httpsd.Url, port, paths);
        try
        {
            var seen = await Eventually.IsAsync(
                () => ActiveAsync(client, port, "scrapePool"), t => t.Split(',').Length >= served.Count, Patience);

            served.Should().Contain("my-service 10.0.1.1:9100").And.Contain("gateway gw-1.us.example.org:9100");
            seen.Split(',').Should().BeEquivalentTo(served);
        }
        finally
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static string Returning(string expression) => $"def generate_targets(**kw):\n    return {expression}\n";

    private async Task<Process> StartAsync(string url, int port, string[] paths)
    {
        var config = Path.Combine(folder, "_prometheus.yml");
        await File.WriteAllTextAsync(config, "scrape_configs:\n" + string.Concat(paths.Select(path => $"""
              - job_name: {path}
                scrape_interval: 60s
                http_sd_configs:
                  - url: {url}/targets/{path}
                    refresh_interval: 1s

            """)));
        var start = new ProcessStartInfo("prometheus")
        {
            ArgumentList =
            {
                "--config.file=" + config,
                "--storage.tsdb.path=" + Path.Combine(folder, "_tsdb"),
                $"--web.listen-address=127.0.0.1:{port}",
                "--log.level=error",
            },
        };
        return Process.Start(start)!;
    }

    private static async Task<string> ActiveAsync(HttpClient client, int port, string? before = null)
    {
        try
        {
            using var json = JsonDocument.Parse(await client.GetStringAsync($"http://127.0.0.1:{port}/api/v1/targets?state=active"));
            return string.Join(',', json.RootElement.GetProperty("data").GetProperty("activeTargets").EnumerateArray()
                .Select(t => before is null
                    ? $"{t.GetProperty("labels").GetProperty("instance")} {t.GetProperty("labels").GetProperty("env")}"
                    : $"{t.GetProperty(before)} {t.GetProperty("discoveredLabels").GetProperty("__address__")}")
                .Order(StringComparer.Ordinal));
        }
        catch (HttpRequestException)
        {
            return "prometheus is not up";
        }
    }
}
