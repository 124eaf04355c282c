using System.Diagnostics;
using System.Globalization;
using HttpSd.Cli.Tests.Serving;

namespace HttpSd.Cli.Tests.Docs;

/// <summary>A real redis-server on a free port of loopback, without persistence; ended by its own number.</summary>
internal sealed class OwnRedis : IAsyncDisposable
{
    private readonly Process process;

    private OwnRedis(Process process, int port) => (this.process, Port) = (process, port);

    public int Port { get; }

    public string Url => $"redis://127.0.0.1:{Port}";

    public static async Task<OwnRedis> StartAsync(string folder)
    {
        var port = HttpsdProcess.FreePort();
        var process = Process.Start(new ProcessStartInfo(
            "redis-server",
            ["--bind", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--save", "", "--appendonly", "no"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        })!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        string? line;
        while ((line = await process.StandardOutput.ReadLineAsync(patience.Token)) is not null)
        {
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
                return new OwnRedis(process, port);
        }
        throw new InvalidOperationException("redis-server ended before it was ready");
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
