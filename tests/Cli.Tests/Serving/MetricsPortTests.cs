using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using HttpSd.Cli.Serve;

namespace HttpSd.Cli.Tests.Serving;

public sealed partial class MetricsPortTests
{
    private static readonly Dictionary<string, string> Plain = [];

    [Fact]
    public async Task Metrics_nobody_placed_go_to_a_free_port_when_theirs_is_taken()
    {
        using var taken = Take(new Uri(ServeDefaults.MetricsUrls).Port);

        await using var httpsd = await HttpsdProcess.StartWithoutMetricsUrlsAsync(Plain, ServeTests.Samples());

        httpsd.Log.Should().Contain("port 8081 is taken: worker metrics are on ");
        var shown = Shown().Match(httpsd.Log).Groups[1].Value;
        shown.Should().NotContain(":8081");
        (await httpsd.Client.GetStringAsync(shown)).Should().Contain("httpsd_redis_up 1");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_a_setting_places_them_they_are_and_nothing_is_said_of_the_default_port(bool byEnvironment)
    {
        using var taken = Take(new Uri(ServeDefaults.MetricsUrls).Port);
        var url = $"http://127.0.0.1:{HttpsdProcess.FreePort()}";

        await using var httpsd = byEnvironment
            ? await HttpsdProcess.StartWithoutMetricsUrlsAsync(new Dictionary<string, string> { ["HTTPSD_Worker__Urls"] = url }, ServeTests.Samples())
            : await HttpsdProcess.StartWithoutMetricsUrlsAsync(Plain, ServeTests.Samples(), "--set", "Worker:Urls=" + url);

        httpsd.Log.Should().NotContain("8081");
        Shown().Match(httpsd.Log).Groups[1].Value.Should().Be(url + "/metrics");
        (await httpsd.Client.GetStringAsync(url + "/metrics")).Should().Contain("httpsd_redis_up 1");
    }

    [Fact]
    public void The_servers_own_port_counts_as_taken()
    {
        var port = HttpsdProcess.FreePort();
        using var output = new StringWriter();

        var found = MetricsPort.NextFree($"http://127.0.0.1:{port}", [$"http://+:{port}"], output);

        new Uri(found).Port.Should().BeGreaterThan(port);
        output.ToString().Should().StartWith($"port {port} is taken: worker metrics are on {new Uri(found).Port} ");
    }

    // Whoever has the port already takes it just as well.
    private static TcpListener? Take(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    [GeneratedRegex("worker metrics: (http://[^\n]+)")]
    private static partial Regex Shown();
}
