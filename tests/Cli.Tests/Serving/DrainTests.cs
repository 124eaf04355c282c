using System.Diagnostics;
using System.Globalization;
using System.Net;
using HttpSd.Tests;

namespace HttpSd.Cli.Tests.Serving;

/// <summary>What a rolling update does to a server of its own, with a real SIGTERM.</summary>
public sealed class DrainTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-drain-").FullName;
    private RedisServer redis = null!;
    private HttpsdProcess publisher = null!;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "kept.json"), """[{"targets": ["10.0.0.1:9100"]}]""");
        redis = await RedisServer.StartAsync();
        publisher = await HttpsdProcess.StartAsync(folder, "--redis", redis.Url);
    }

    public async ValueTask DisposeAsync()
    {
        await publisher.DisposeAsync();
        await redis.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task After_SIGTERM_it_is_not_ready_at_once_and_still_answers_new_connections_for_the_delay()
    {
        var url = $"http://127.0.0.1:{HttpsdProcess.FreePort()}";
        using var server = Start(url, "3s");
        try
        {
            await Eventually.IsAsync(() => StatusAsync(url + "/readyz"), s => s == HttpStatusCode.OK, TimeSpan.FromSeconds(20));

            await SignalAsync(server);
            var told = Stopwatch.GetTimestamp();
            await Eventually.IsAsync(() => StatusAsync(url + "/readyz"), s => s == HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(1));
            while (Stopwatch.GetElapsedTime(told) < TimeSpan.FromSeconds(2.5))
            {
                (await StatusAsync(url + "/targets/kept")).Should().Be(HttpStatusCode.OK);
                await Task.Delay(100, TestContext.Current.CancellationToken);
            }
            await server.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(10));

            server.ExitCode.Should().Be(0);
            Stopwatch.GetElapsedTime(told).Should().BeGreaterThan(TimeSpan.FromSeconds(2.9));
        }
        finally
        {
            if (!server.HasExited)
                server.Kill();
        }
    }

    [Fact]
    public async Task Serve_waits_for_nobody_unless_told_to()
    {
        var told = Stopwatch.GetTimestamp();

        (await publisher.TerminateAsync()).Should().Be(0);

        Stopwatch.GetElapsedTime(told).Should().BeLessThan(TimeSpan.FromSeconds(4));
    }

    private Process Start(string url, string delay)
    {
        var server = HttpsdProcess.Launch("HttpSd.SdServer", [$"--Server:Urls={url}", $"--Server:DrainDelay={delay}", $"--Redis:Url={redis.Url}"]);
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        return server;
    }

    // A connection of its own each time: those are what a Service still sends to a server that stops.
    private static async Task<HttpStatusCode?> StatusAsync(string url)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var response = await client.GetAsync(url);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task SignalAsync(Process process)
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
