using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HttpSd.Cli.Embedded;
using HttpSd.Core.Definitions;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Queue;
using HttpSd.Tests;
using Microsoft.Extensions.Options;

namespace HttpSd.Worker.Tests.Agent;

/// <summary>A store, and real worker processes on it with short leases.</summary>
internal sealed class WorkerHarness : IAsyncDisposable
{
    public const string Pool = "default";

    public static readonly QueueOptions Short = new()
    {
        Lease = TimeSpan.FromSeconds(3),
        LeaseGrace = TimeSpan.FromMilliseconds(500),
        SweepInterval = TimeSpan.FromMilliseconds(500),
    };

    private readonly EmbeddedStore store = EmbeddedStore.Start(firstPort: 21000);
    private readonly RedisConnection redis;
    private readonly List<LaunchedWorker> launched = [];
    private bool stopped;

    public WorkerHarness()
    {
        redis = new RedisConnection(Options.Create(new RedisOptions { Url = store.Url }));
        Queue = new JobQueue(redis, Options.Create(Short), TimeProvider.System);
        Cache = new ResultCache(redis);
        Publisher = new DefinitionPublisher(new DefinitionStore(redis), Queue, Cache);
    }

    public JobQueue Queue { get; }

    public ResultCache Cache { get; }

    public DefinitionPublisher Publisher { get; }

    /// <summary>What redis-cli would do.</summary>
    public Task<T> InRedisAsync<T>(Func<StackExchange.Redis.IDatabase, HttpSd.Redis.Keys, Task<T>> command) =>
        redis.ControlAsync(command, CancellationToken.None);

    public int StorePort => store.Port;

    /// <summary>The store goes, and doesn't come back.</summary>
    public void StopStore()
    {
        if (!stopped)
            store.Dispose();
        stopped = true;
    }

    /// <summary>The workers' temporary directory, so on the command line of all that they start.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("httpsd-worker-").FullName;

    public static GeneratorScript Script(string body, string path = "x") => DefinitionDigest.Seal(new GeneratorScript(
        new GeneratorDefinition { Path = path, Name = "default/" + path },
        "import time\ndef generate_targets(**kw):\n" + string.Concat(body.Split('\n').Select(l => "    " + l + "\n"))));

    /// <summary>Starts a worker, which does not outlive the harness.</summary>
    public LaunchedWorker Launch(string? failpoint = null, params string[] settings)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "HttpSd.Worker.dll"));
        string[] all =
        [
            "--Redis:Url=" + store.Url, "--Worker:Urls=http://127.0.0.1:0", "--Queue:Lease=3s",
            "--Redis:CommandTimeout=700ms", "--Queue:LeaseGrace=500ms", "--Queue:SweepInterval=500ms",
            "--Worker:WritePaths=" + Folder, "--Worker:RunnerUser=0", .. settings,
        ];
        foreach (var setting in all)
            start.ArgumentList.Add(setting);
        start.Environment["TMPDIR"] = Folder;
        if (failpoint is not null)
            start.Environment["HTTPSD_FAILPOINT"] = failpoint;
        var process = new LaunchedWorker { StartInfo = start };
        process.Start();
        launched.Add(process);
        process.OutputDataReceived += (_, e) => { };
        process.ErrorDataReceived += (_, e) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>What redis-cli would list.</summary>
    public Task<IReadOnlyList<string>> KeysAsync(string pattern) =>
        redis.ControlAsync<IReadOnlyList<string>>(
            async (db, _) => [.. ((string[])(await db.ExecuteAsync("KEYS", pattern))!)], CancellationToken.None);

    public Task DeleteAsync(string key) => redis.ControlAsync((db, _) => db.KeyDeleteAsync(key), CancellationToken.None);

    /// <summary>As a publisher of another version would.</summary>
    public Task SetDefinitionAsync(string path, string stored) =>
        redis.ControlAsync((db, keys) => db.HashSetAsync(keys.Definitions[0], path, stored), CancellationToken.None);

    public Task<TimeSpan?> TtlAsync(string key) =>
        redis.ControlAsync((db, _) => db.KeyTimeToLiveAsync(key), CancellationToken.None);

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static async Task<int> TerminateAsync(Process worker)
    {
        using var kill = Process.Start("kill", ["-TERM", worker.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await worker.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(40));
        return worker.ExitCode;
    }

    /// <summary>How many processes of this harness's workers' runners live.</summary>
    public int Processes() => Directory.EnumerateDirectories("/proc")
        .Where(d => int.TryParse(Path.GetFileName(d), out _))
        .Count(d =>
        {
            try
            {
                return File.ReadAllText(Path.Combine(d, "cmdline")).Contains(Folder, StringComparison.Ordinal);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        });

    /// <summary>The first observation that holds, or the last one in the end.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> observe, Func<T, bool> holds)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var seen = await observe();
            if (holds(seen) || Stopwatch.GetElapsedTime(started) > Slowness.Bound(25))
                return seen;
            await Task.Delay(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in launched)
            worker.Dispose();
        await redis.DisposeAsync();
        StopStore();
        Directory.Delete(Folder, recursive: true);
    }
}
