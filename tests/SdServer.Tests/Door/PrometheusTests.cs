using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using static HttpSd.SdServer.Tests.Generators;

namespace HttpSd.SdServer.Tests.Door;

/// <summary>A real Prometheus at the door, with good credentials and others.</summary>
public sealed class PrometheusTests(RedisFixture redis) : IClassFixture<RedisFixture>, IDisposable
{
    private readonly SecretFolder files = new();
    private readonly Certificates certificates = new();
    private readonly string data = Directory.CreateTempSubdirectory("httpsd-door-tsdb-").FullName;

    public void Dispose()
    {
        files.Dispose();
        certificates.Dispose();
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Prometheus_gets_targets_with_good_credentials_and_with_no_others()
    {
        var (certificate, key) = certificates.Issue("sd.test");
        await using var bearer = await StartAsync(
            "Urls=https://127.0.0.1:0", "Tls:CertificateFile=" + files.Write("crt", certificate), "Tls:KeyFile=" + files.Write("key", key),
            "Auth:Mode=bearer", "Auth:TokenFiles=" + files.Write("token", "first"));
        await using var basic = await StartAsync("Auth:Mode=basic", "Auth:BasicFiles=" + files.Write("users", "u:p"));
        var ca = files.Write("ca", certificates.Authority);
        string Tls(string name) => $"tls_config: {{ca_file: {ca}, server_name: {name}}}";
        var good = $"authorization: {{type: Bearer, credentials_file: {files.Write("good", "first")}}}";
        var config = "scrape_configs:\n"
            + Job("bearer", bearer, good, Tls("sd.test"))
            + Job("basic", basic, "basic_auth: {username: u, password: p}")
            + Job("wrong-token", bearer, "authorization: {type: Bearer, credentials: second}", Tls("sd.test"))
            + Job("wrong-password", basic, "basic_auth: {username: u, password: q}")
            + Job("wrong-name", bearer, good, Tls("other.test"))
            + Job("nothing", basic);
        var port = RedisServer.FreePort();
        using var prometheus = Process.Start(
            "prometheus",
            ["--config.file=" + files.Write("prometheus.yml", config), "--storage.tsdb.path=" + data, $"--web.listen-address=127.0.0.1:{port}", "--log.level=error"]);
        try
        {
            using var client = new HttpClient();
            var pools = await TestServer.EventuallyAsync(() => PoolsAsync(client, port), p => p.Contains("basic,bearer", StringComparison.Ordinal));
            await Task.Delay(1000, TestContext.Current.CancellationToken);
            pools.Should().Be("basic,bearer");
            (await PoolsAsync(client, port)).Should().Be("basic,bearer");
            (await basic.MetricAsync("httpsd_auth_refusals_total{reason=\"wrong\"}")).Should().BePositive();
            (await basic.MetricAsync("httpsd_auth_refusals_total{reason=\"missing\"}")).Should().BePositive();
        }
        finally
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static string Job(string name, TestServer server, params string[] settings) =>
        $"- job_name: {name}\n  http_sd_configs:\n  - url: {server.Client.BaseAddress}targets/x\n    refresh_interval: 1s\n"
        + string.Concat(settings.Select(s => $"    {s}\n"));

    private static async Task<string> PoolsAsync(HttpClient client, int port)
    {
        try
        {
            using var json = JsonDocument.Parse(await client.GetStringAsync($"http://127.0.0.1:{port}/api/v1/targets?state=active"));
            return string.Join(',', json.RootElement.GetProperty("data").GetProperty("activeTargets").EnumerateArray()
                .Select(t => t.GetProperty("scrapePool").GetString()).Distinct().Order(StringComparer.Ordinal));
        }
        catch (HttpRequestException)
        {
            return "not up";
        }
    }

    private async Task<TestServer> StartAsync(params string[] settings)
    {
        var server = await TestServer.StartAsync(redis.Server, [.. settings.Select(s => "--Server:" + s)]);
        await server.PublishWithListAsync(Generator("x"), Body, cacheTtl: TimeSpan.FromMinutes(5));
        return server;
    }
}
