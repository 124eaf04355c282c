using System.Diagnostics;
using HttpSd.Cli.Embedded;
using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Queue;
using Microsoft.Extensions.Options;

namespace HttpSd.Worker.Tests.Agent;

/// <summary>A real worker process dies as by <c>kill -9</c> at a step of its job; another one takes over.</summary>
public sealed class KilledWorkerTests : IAsyncDisposable
{
    private const string Pool = "default";

    private static readonly QueueOptions Short = new()
    {
        Lease = TimeSpan.FromSeconds(2),
        LeaseGrace = TimeSpan.FromMilliseconds(500),
        SweepInterval = TimeSpan.FromMilliseconds(500),
    };

    private readonly EmbeddedStore store = EmbeddedStore.Start(firstPort: 21000);
    private readonly RedisConnection redis;
    private readonly JobQueue queue;
    private readonly ResultCache cache;
    private readonly DefinitionPublisher publisher;
    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-killed-").FullName;

    public KilledWorkerTests()
    {
        redis = new RedisConnection(Options.Create(new RedisOptions { Url = store.Url }));
        queue = new JobQueue(redis, Options.Create(Short), TimeProvider.System);
        cache = new ResultCache(redis);
        publisher = new DefinitionPublisher(new DefinitionStore(redis), queue, cache);
    }

    [Theory]
    [InlineData("after-claim", 1)]
    [InlineData("after-first-beat", 1)]
    [InlineData("after-run", 2)]
    [InlineData("after-commit", 1)]
    [InlineData("after-finish", 1)]
    public async Task A_job_survives_its_worker(string failpoint, int runs)
    {
        var log = Path.Combine(folder, "runs");
        await publisher.PublishAsync([Script(log)], CancellationToken.None);

        using var first = Launch(failpoint);
        await first.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        first.ExitCode.Should().Be(128 + 9);
        using var second = Launch(null);
        try
        {
            var entry = await UntilAsync(
                async () => (await cache.ReadAsync("/targets/x", default), await queue.ReadTotalsAsync(Pool, default)),
                s => s.Item1.Result is not null && s.Item2.Pending + s.Item2.Processing == 0);

            entry.Item1.Result!.Targets.Should().Be(1);
            entry.Item2.Completed.Should().Be(entry.Item2.Enqueued);
            File.ReadAllLines(log).Should().HaveCount(runs, "a stored result is not made twice");
        }
        finally
        {
            second.Kill();
            await second.WaitForExitAsync();
        }
        (await UntilAsync(() => Task.FromResult(Processes(folder)), p => p == 0)).Should().Be(0, "no script outlives its worker");
    }

    [Fact]
    public async Task A_script_that_takes_its_worker_down_again_and_again_ends_as_an_error()
    {
        await publisher.PublishAsync([Script(Path.Combine(folder, "runs"))], CancellationToken.None);
        for (var i = 0; i < Short.MaxStalls + 1; i++)
        {
            using var worker = Launch("after-run");
            await worker.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        }
        using var last = Launch("after-run");
        try
        {
            var entry = await UntilAsync(() => cache.ReadAsync("/targets/x", default), e => e.Error is not null);

            entry.Error!.Type.Should().Be("WorkerLost");
            (await queue.ReadTotalsAsync(Pool, default)).Pending.Should().Be(0);
        }
        finally
        {
            last.Kill();
            await last.WaitForExitAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await redis.DisposeAsync();
        store.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static GeneratorScript Script(string log) => DefinitionDigest.Seal(new GeneratorScript(
        new GeneratorDefinition { Path = "x", Name = "default/x" },
        $"def generate_targets(**kw):\n    open('{log}', 'a').write('run\\n')\n    return [{{'targets': ['a:1']}}]\n"));

    private Process Launch(string? failpoint)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "HttpSd.Worker.dll"));
        foreach (var setting in new[]
        {
            "--Redis:Url=" + store.Url, "--Worker:Urls=http://127.0.0.1:0", "--Queue:Lease=2s",
            "--Queue:LeaseGrace=500ms", "--Queue:SweepInterval=500ms",
        })
            start.ArgumentList.Add(setting);
        start.Environment["TMPDIR"] = folder;
        if (failpoint is not null)
            start.Environment["HTTPSD_FAILPOINT"] = failpoint;
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, e) => { };
        process.ErrorDataReceived += (_, e) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    // Whatever mentions this test's folder, the workers' temporary directory, on its command line.
    private static int Processes(string mark) => Directory.EnumerateDirectories("/proc")
        .Where(d => int.TryParse(Path.GetFileName(d), out _))
        .Count(d =>
        {
            try
            {
                return File.ReadAllText(Path.Combine(d, "cmdline")).Contains(mark, StringComparison.Ordinal);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        });

    private static async Task<T> UntilAsync<T>(Func<Task<T>> observe, Func<T, bool> holds)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var seen = await observe();
            if (holds(seen) || Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(25))
                return seen;
            await Task.Delay(50);
        }
    }
}
