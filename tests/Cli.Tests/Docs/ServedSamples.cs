using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace HttpSd.Cli.Tests.Docs;

/// <summary>
/// <c>httpsd serve config/samples</c> as a reader of the documentation runs it, on ports of its own and on a
/// copy of the samples, which a page may change.
/// </summary>
internal sealed class ServedSamples : IAsyncDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "httpsd.dll");

    // A terminal shows redis-cli's types; a test's output is no terminal.
    private static readonly string AtATerminal =
        $"redis-cli() {{ command redis-cli --no-raw \"$@\"; }}\nhttpsd() {{ dotnet '{Program}' \"$@\"; }}\n";

    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-guide-").FullName;
    private readonly int port = FreePort();
    private readonly int metricsPort = FreePort();
    private int storePort;
    private OwnProcess? store;
    private OwnProcess? httpsd;

    /// <summary>Starts it; the second way needs a redis-server on the machine.</summary>
    public static async Task<ServedSamples> StartAsync(bool embedded)
    {
        var samples = new ServedSamples();
        try
        {
            await samples.StartStoreAsync(embedded);
            return samples;
        }
        catch
        {
            await samples.DisposeAsync();
            throw;
        }
    }

    public static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));

    /// <summary>Runs commands with bash, the documentation's addresses replaced by the real ones.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(string command)
    {
        var script = AtATerminal + command
            .Replace("localhost:8080", $"127.0.0.1:{port}", StringComparison.Ordinal)
            .Replace("127.0.0.1:8080", $"127.0.0.1:{port}", StringComparison.Ordinal)
            .Replace("localhost:8081", $"127.0.0.1:{metricsPort}", StringComparison.Ordinal)
            .Replace("-p 6379", "-p " + storePort.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        using var bash = Process.Start(new ProcessStartInfo("timeout", ["60", "bash", "-e", "-c", script])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        })!;
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        return (bash.ExitCode, output);
    }

    public async ValueTask DisposeAsync()
    {
        if (httpsd is not null)
            await httpsd.DisposeAsync();
        if (store is not null)
            await store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task StartStoreAsync(bool embedded)
    {
        var samples = Directory.CreateDirectory(Path.Combine(folder, "config", "samples")).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(Root(), "config", "samples")))
            File.Copy(file, Path.Combine(samples, Path.GetFileName(file)));
        string[] serve =
        [
            Program, "serve", "config/samples", "--urls", $"http://127.0.0.1:{port}", "--metrics-urls", $"http://127.0.0.1:{metricsPort}",
        ];
        if (!embedded)
        {
            storePort = FreePort();
            store = await OwnProcess.StartAsync(
                folder, "Ready to accept connections", "redis-server", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                "--port", storePort.ToString(CultureInfo.InvariantCulture));
            serve = [.. serve, "--redis", $"redis://127.0.0.1:{storePort}"];
        }
        httpsd = await OwnProcess.StartAsync(folder, "ready:", "dotnet", serve);
        if (embedded)
        {
            const string announced = "embedded store: redis-cli -p ";
            var line = httpsd.Lines.Single(l => l.Contains(announced, StringComparison.Ordinal));
            storePort = int.Parse(line[(line.IndexOf(announced, StringComparison.Ordinal) + announced.Length)..], CultureInfo.InvariantCulture);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
