using System.Net;
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
        error.Should().Be($"error: Failed to bind to address {address}: address already in use.\n");
        (await output).Should().BeEmpty();
    }
}
