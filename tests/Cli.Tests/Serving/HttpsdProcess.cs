using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace HttpSd.Cli.Tests.Serving;

/// <summary>A real <c>httpsd serve</c> on free ports; ended by its own number.</summary>
internal sealed partial class HttpsdProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<string> lines = new();
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HttpsdProcess(
        string url, string metricsUrl, string[] arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        (Url, MetricsUrl) = (url, metricsUrl);
        Client = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(20) };
        process = Launch("httpsd", ["serve", "--urls", url, .. metricsUrl.Length > 0 ? ["--metrics-urls", metricsUrl] : (string[])[], .. arguments], environment, folder);
        process.OutputDataReceived += (_, e) => Take(e.Data);
        process.ErrorDataReceived += (_, e) => Take(e.Data);
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException("httpsd ended:\n" + Log));
        process.EnableRaisingEvents = true;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Url { get; }

    /// <summary>Empty when nobody chose it.</summary>
    public string MetricsUrl { get; }

    public HttpClient Client { get; }

    public string Log => string.Join('\n', lines);

    public int Id => process.Id;

    /// <summary>The embedded store's port, from the line that tells it.</summary>
    public int StorePort => int.Parse(StoreLine().Match(Log).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    public static Task<HttpsdProcess> StartAsync(params string[] arguments) =>
        StartAsync(new Dictionary<string, string>(), null, arguments);

    /// <summary>Without waiting until it is ready.</summary>
    public static HttpsdProcess Launching(params string[] arguments) =>
        new($"http://127.0.0.1:{FreePort()}", $"http://127.0.0.1:{FreePort()}", arguments);

    /// <summary>Completes when it has said so.</summary>
    public Task Ready => ready.Task.WaitAsync(TimeSpan.FromSeconds(40));

    /// <summary>With an environment and a current folder of its own.</summary>
    public static async Task<HttpsdProcess> StartAsync(
        IReadOnlyDictionary<string, string> environment, string? folder, string[] arguments)
    {
        var httpsd = new HttpsdProcess(
            $"http://127.0.0.1:{FreePort()}", $"http://127.0.0.1:{FreePort()}", arguments, environment, folder);
        await httpsd.ready.Task.WaitAsync(TimeSpan.FromSeconds(40));
        return httpsd;
    }

    /// <summary>Nobody chooses where the metrics are.</summary>
    public static async Task<HttpsdProcess> StartWithoutMetricsUrlsAsync(
        IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var httpsd = new HttpsdProcess($"http://127.0.0.1:{FreePort()}", "", arguments, environment);
        await httpsd.ready.Task.WaitAsync(TimeSpan.FromSeconds(40));
        return httpsd;
    }

    public static Process Launch(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        Launch("httpsd", arguments, environment);

    /// <summary>Any of the processes, by the name of its assembly.</summary>
    public static Process Launch(
        string assembly, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        if (folder is not null)
            start.WorkingDirectory = folder;
        return Process.Start(start)!;
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<(int Status, string Output, string Error)> RunAsync(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        using var process = Launch("httpsd", arguments, environment, folder);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, error);
    }

    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>SIGTERM; the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(40));
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await TerminateAsync();
        process.Dispose();
        Client.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        lines.Enqueue(line);
        if (line.StartsWith("ready:", StringComparison.Ordinal))
            ready.TrySetResult();
    }

    [GeneratedRegex("redis-cli -p ([0-9]+)")]
    private static partial Regex StoreLine();
}
