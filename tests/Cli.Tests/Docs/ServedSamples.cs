using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using HttpSd.Cli.Tests.Serving;
using HttpSd.Tests;

namespace HttpSd.Cli.Tests.Docs;

/// <summary>
/// <c>httpsd serve config/samples</c> as a reader of the documentation runs it, on ports of its own and on a
/// copy of the samples, which a page may change.
/// </summary>
internal sealed class ServedSamples : IAsyncDisposable
{
    public const string OneAtATime = "served, one at a time";

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "httpsd.dll");

    // A terminal shows redis-cli's types; a test's output is no terminal.
    private static readonly string AtATerminal =
        $"redis-cli() {{ command redis-cli --no-raw \"$@\"; }}\nhttpsd() {{ dotnet '{Program}' \"$@\"; }}\n";

    // The page says it once per terminal, and each of its blocks is one here.
    private const string StoresPassword = "export REDISCLI_AUTH=\"$(cat ~/.cache/httpsd/store-password)\"\n";

    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-guide-").FullName;
    private RedisServer? redis;
    private HttpsdProcess? httpsd;

    /// <summary>Starts it; the second way needs a redis-server on the machine.</summary>
    public static async Task<ServedSamples> StartAsync(bool embedded)
    {
        var samples = new ServedSamples();
        try
        {
            await samples.StartServingAsync(embedded);
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
        var script = AtATerminal + (redis is null ? StoresPassword : "") + command
            .Replace("http://localhost:8080", httpsd!.Url, StringComparison.Ordinal)
            .Replace("http://127.0.0.1:8080", httpsd.Url, StringComparison.Ordinal)
            .Replace("http://localhost:8081", httpsd.MetricsUrl, StringComparison.Ordinal)
            .Replace("-p 6379", "-p " + (redis?.Port ?? httpsd.StorePort).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        using var bash = Process.Start(new ProcessStartInfo("timeout", ["60", "bash", "-e", "-c", script])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            Environment = { ["HOME"] = folder },
        })!;
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        return (bash.ExitCode, output);
    }

    public async ValueTask DisposeAsync()
    {
        if (httpsd is not null)
            await httpsd.DisposeAsync();
        if (redis is not null)
            await redis.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task StartServingAsync(bool embedded)
    {
        var samples = Directory.CreateDirectory(Path.Combine(folder, "config", "samples")).FullName;
        foreach (var file in Directory.GetFiles(Path.Combine(Root(), "config", "samples")))
            File.Copy(file, Path.Combine(samples, Path.GetFileName(file)));
        redis = embedded ? null : await RedisServer.StartAsync();
        // A reader takes longer than ten seconds from one reload to the next.
        httpsd = await HttpsdProcess.StartAsync(
            new Dictionary<string, string> { ["HOME"] = folder, ["XDG_CACHE_HOME"] = "" }, null,
            [samples, "--set", "Server:ReloadInterval=0s", .. redis is null ? [] : new[] { "--redis", redis.Url }]);
    }
}

/// <summary>Two embedded stores that start at once may find the same port free.</summary>
[CollectionDefinition(ServedSamples.OneAtATime, DisableParallelization = true)]
public sealed class ServedOneAtATime;
