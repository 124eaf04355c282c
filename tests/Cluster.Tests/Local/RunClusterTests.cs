using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HttpSd.Tests;

namespace HttpSd.Cluster.Tests.Local;

/// <summary><c>make run-cluster</c>, as far as it can be tried without starting all of it.</summary>
public sealed class RunClusterTests(LiveCluster live)
{
    [Fact]
    public async Task Help_is_shown_and_nothing_is_started()
    {
        var (exitCode, output, _) = await RunAsync("--help");

        exitCode.Should().Be(0);
        output.Should().Contain("--server-port N").And.NotContain("Starting");
    }

    [Theory]
    [InlineData("error: --port is not an option of this command; see --help", "--port", "1")]
    [InlineData("error: --server-port: a port from 1 to 65535 is needed; see --help", "--server-port=0")]
    [InlineData("error: --server-port: a port from 1 to 65535 is needed; see --help", "--server-port")]
    [InlineData("error: --server-port and --worker-port have the same port 8081; see --help", "--server-port", "8081")]
    public async Task What_is_not_understood_is_said_and_nothing_is_started(string error, params string[] args)
    {
        var (exitCode, output, said) = await RunAsync(args);

        (exitCode, output, said.Trim()).Should().Be((2, "", error));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_one_line_that_names_the_option()
    {
        var taken = live.Server.Address.Port;

        var (exitCode, output, said) = await RunAsync("--worker-port", $"{taken}", "--server-port", $"{Free()}", "--operator-port", $"{Free()}");

        (exitCode, output).Should().Be((1, ""));
        said.Trim().Should().StartWith($"error: port {taken} can't be had (").And.EndWith("); choose another one with --worker-port").And.NotContain("\n");
    }

    [Fact]
    public async Task Somebody_else_on_the_port_is_not_taken_for_the_process_that_was_started()
    {
        using var part = await live.Cluster.StartServerAsync(live.Server.Address.Port);

        await FluentActions.Awaiting(part.WaitReadyAsync).Should().ThrowAsync<InvalidOperationException>();
    }

    [Theory]
    [InlineData("Leadership is lost; the process ends", "{\"Message\":\"a\"}\n{\"LogLevel\":\"Critical\",\"Message\":\"Leadership is lost; the process ends\"}\n   at X")]
    [InlineData("Unhandled exception. Y: no", "{\"Message\":\"a\"}\nUnhandled exception. Y: no\n   at X\n")]
    [InlineData("it said nothing", "")]
    public void What_a_process_ended_with_is_one_line(string expected, string log) => LastWords.Of(log).Should().Be(expected);

    [Theory]
    [InlineData(false, "Worker warning: late\nWorker error: no\nOperator warning: late\nWorker warning: late\n")]
    [InlineData(true, "Worker info: on\nWorker warning: late\nWorker warning: late\nWorker error: no\nWorker: plain\nOperator warning: late\nWorker warning: late\n")]
    public void What_the_processes_log_is_shown_with_their_names_and_without_JSON(bool verbose, string expected)
    {
        var shown = new StringWriter { NewLine = "\n" };
        var narrator = new Narrator(shown, verbose);

        narrator.Take("Worker", """{"LogLevel":"Information","Message":"on"}""");
        narrator.Take("Worker", """{"LogLevel":"Warning","Message":"late"}""");
        narrator.Take("Worker", """{"LogLevel":"Warning","Message":"late"}""");
        narrator.Take("Worker", """{"LogLevel":"Error","Message":"no"}""");
        narrator.Take("Worker", "plain");
        narrator.Take("Operator", """{"LogLevel":"Warning","Message":"late"}""");
        narrator.Take("Worker", """{"LogLevel":"Warning","Message":"late"}""");

        shown.ToString().Should().Be(expected);
    }

    [Fact]
    public async Task What_a_process_has_logged_is_told_also_to_who_asks_later()
    {
        using var part = await live.Cluster.StartServerAsync(null, "Server:MaxWait=long");
        await part.WaitExitAsync(Slowness.Bound(30));
        var told = new List<string>();

        part.Follow((room, line) => told.Add($"{room} {line}"));

        told.Should().Contain(l => l.StartsWith("SdServer ", StringComparison.Ordinal) && l.Contains("MaxWait"));
    }

    [Fact]
    public async Task A_part_that_cannot_be_started_again_is_tried_later()
    {
        var starts = 0;
        using var parts = new KeptParts(() => ++starts == 2
            ? throw new HttpRequestException("no API server")
            : live.Cluster.StartServerAsync(null));
        await parts.StartAsync();
        var log = new StringWriter();

        parts[0].Kill();
        await parts.MendAsync(log);
        await parts.MendAsync(log);

        parts[0].HasExited.Should().BeFalse();
        log.ToString().Should().Contain("SdServer was ended by signal 9").And.Contain("it can't be started yet: no API server").And.Contain("SdServer is started again");
    }

    private static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] args)
    {
        var assembly = typeof(KeptParts).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", [assembly, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30));
        return (process.ExitCode, await output, await error);
    }
}
