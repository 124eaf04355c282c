using System.Net;
using HttpSd.Tests;
using System.Net.Sockets;

namespace HttpSd.Cli.Tests.Serving;

public sealed class TakenPortTests
{
    [Theory]
    [InlineData("--urls", "--metrics-urls")]
    [InlineData("--metrics-urls", "--urls")]
    public async Task A_taken_port_is_one_line_and_status_1(string taken, string free)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";

        using var process = HttpsdProcess.Launch(
            ["serve", ServeTests.Samples(), taken, address, free, $"http://127.0.0.1:{HttpsdProcess.FreePort()}"]);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        process.ExitCode.Should().Be(1);
        error.Should().Be($"error: Failed to bind to address {address}: address already in use ({taken} chooses another)\n");
        (await output).Should().BeEmpty();
    }

    [Theory]
    [InlineData("HttpSd.SdServer", "Server")]
    [InlineData("HttpSd.Worker", "Worker")]
    public async Task So_it_is_for_the_server_and_the_worker_by_themselves(string assembly, string section)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        await using var redis = await RedisServer.StartAsync();

        var (status, output, error) = await RunAsync(assembly, $"--{section}:Urls={address}", $"--Redis:Url={redis.Url}");

        status.Should().Be(1);
        error.Should().Be($"error: Failed to bind to address {address}: address already in use.\n");
        output.Should().BeEmpty();
    }

    [Theory]
    [InlineData("HttpSd.SdServer", "Server:MaxWait", "5x", "error: Server:MaxWait is '5x', but must be a duration such as 30s or 1h30m\n")]
    [InlineData("HttpSd.Worker", "Worker:Concurrency", "0", "error: Worker:Concurrency is '0', but must be from 1 to 256\n")]
    [InlineData("HttpSd.Worker", "Server:Retention", "4 s", "error: Server:Retention is '4 s', but must be a duration such as 30s or 1h30m\n")]
    [InlineData("HttpSd.Worker", "Worker:Interpreters", "", "error: Worker:Interpreters is '', but must be names separated by commas, none of them empty\n")]
    [InlineData("HttpSd.Worker", "Worker:Interpreters", "sh,,perl", "error: Worker:Interpreters is 'sh,,perl', but must be names separated by commas, none of them empty\n")]
    [InlineData("HttpSd.SdServer", "Server:Urls", "here", "error: Server:Urls is 'here', but must be http://ADDRESS:PORT, several separated by semicolons\n")]
    public async Task A_wrong_setting_of_theirs_is_a_line_and_status_2(string assembly, string setting, string value, string line)
    {
        var (status, output, error) = await RunAsync(assembly, $"--{setting}={value}");

        status.Should().Be(2);
        error.Should().Be(line);
        output.Should().BeEmpty();
    }

    private static async Task<(int Status, string Output, string Error)> RunAsync(string assembly, params string[] arguments)
    {
        using var process = HttpsdProcess.Launch(assembly, arguments);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, error);
    }
}
