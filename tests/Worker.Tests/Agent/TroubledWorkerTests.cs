using System.Diagnostics;
using System.Globalization;
using HttpSd.Core.Requests;
using HttpSd.Redis.Queue;

namespace HttpSd.Worker.Tests.Agent;

/// <summary>A real worker process while its store, its pool or its neighbours aren't as they should be.</summary>
public sealed class TroubledWorkerTests : IAsyncDisposable
{
    private static readonly RequestKey Key = new("x", []);

    private readonly WorkerHarness harness = new();

    public ValueTask DisposeAsync() => harness.DisposeAsync();

    [Fact]
    public async Task A_worker_does_not_take_a_lost_store_for_a_deleted_generator()
    {
        var mark = Path.Combine(harness.Folder, "mark");
        await harness.Publisher.PublishAsync(
            [WorkerHarness.Script($"open('{mark}', 'w').close()\ntime.sleep(4)\nreturn [{{'targets': ['a:1']}}]")], default);
        using var worker = harness.Launch();
        await WorkerHarness.UntilAsync(() => Task.FromResult(File.Exists(mark)), exists => exists);
        var cleared = 0;
        await harness.InRedisAsync(async (db, keys) =>
        {
            await db.Multiplexer.GetSubscriber().SubscribeAsync(keys.Cleared, (_, _) => Interlocked.Increment(ref cleared));
            await db.ExecuteAsync("FLUSHALL");
            return true;
        });
        // A server that serves from memory asks again.
        await harness.Queue.EnqueueAsync(WorkerHarness.Pool, Key, 0, false, default);

        var entry = await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync(Key.FullPath, default), e => e.Result is not null);

        entry.Result.Should().NotBeNull("the definition is in the worker's memory");
        cleared.Should().Be(0, "servers would drop the last list that they know");
    }

    [Fact]
    public async Task A_definition_of_an_unknown_schema_is_left_to_others_without_haste()
    {
        await harness.Publisher.PublishAsync([WorkerHarness.Script("return [{'targets': ['q:1']}]", "quick")], default);
        await harness.InRedisAsync((db, keys) => db.HashSetAsync(keys.Definitions[0], "x", "1 0\n{\"schema\":99}"));
        await harness.Queue.EnqueueAsync(WorkerHarness.Pool, Key, 0, false, default);
        using var worker = harness.Launch();
        (await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync("/targets/quick", default), e => e.Result is not null))
            .Result.Should().NotBeNull();
        var times = new HashSet<DateTimeOffset?>();
        for (var i = 0; i < 100; i++)
        {
            var job = await JobAsync();
            job.Should().NotBeNull("it is for a newer worker");
            times.Add(job!.Since);
            await Task.Delay(20);
        }
        times.Count.Should().BeLessThan(30, "each of four slots looks at it at most once a second");
        (await harness.Queue.ReadTotalsAsync(WorkerHarness.Pool, default)).Should().BeEquivalentTo(new { Enqueued = 2, Completed = 1 });
    }

    [Fact]
    public async Task A_generator_that_moves_runs_in_its_new_pool_only()
    {
        var runs = Path.Combine(harness.Folder, "runs");
        var script = WorkerHarness.Script($"open('{runs}', 'a').write('run\\n')\nreturn [{{'targets': ['a:1']}}]");
        var moved = Core.Definitions.DefinitionDigest.Seal(
            script with { Definition = script.Definition with { WorkerPool = "gpu" } });
        await harness.Publisher.PublishAsync([moved], default);
        using var old = harness.Launch();
        // By a server that has not heard of the move.
        await harness.Queue.EnqueueAsync(WorkerHarness.Pool, Key, 0, false, default);
        (await WorkerHarness.UntilAsync(JobAsync, job => job is null)).Should().BeNull("the old pool ends it");
        File.Exists(runs).Should().BeFalse("and doesn't run it");

        using var gpu = harness.Launch(null, "--Worker:Pool=gpu");
        (await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync(Key.FullPath, default), e => e.Result is not null))
            .Result.Should().NotBeNull();
        File.ReadAllLines(runs).Should().ContainSingle();
    }

    [Fact]
    public async Task A_worker_frozen_past_its_lease_stores_nothing_when_it_goes_on()
    {
        var runs = Path.Combine(harness.Folder, "runs");
        await harness.Publisher.PublishAsync(
            [
                WorkerHarness.Script(
                    $"open('{runs}', 'a').write('run\\n')\nfirst = len(open('{runs}').readlines()) == 1\n"
                    + "if first: time.sleep(9)\n"
                    + "return [{'targets': ['a:1']}] + ([{'targets': ['late:1'], 'labels': {'l': '1'}}] if first else [])"),
            ], default);
        using var frozen = harness.Launch();
        await WorkerHarness.UntilAsync(() => Task.FromResult(File.Exists(runs)), exists => exists);
        await SignalAsync(frozen, "-STOP");
        using var other = harness.Launch();
        var entry = await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync(Key.FullPath, default), e => e.Result is not null);
        entry.Result!.Groups.Should().Be(1);
        await SignalAsync(frozen, "-CONT");
        await Task.Delay(TimeSpan.FromSeconds(5));

        (await harness.Cache.ReadAsync(Key.FullPath, default)).Result!.Groups.Should().Be(1, "the late list is refused");
        (await JobAsync()).Should().BeNull();
        File.ReadAllLines(runs).Should().HaveCount(2);
    }

    [Fact]
    public async Task SIGTERM_without_a_store_still_ends_in_time_with_0()
    {
        await harness.Publisher.PublishAsync([WorkerHarness.Script("time.sleep(1000)\nreturn []")], default);
        using var worker = harness.Launch(null, "--Worker:ShutdownTimeout=6s");
        await RunningAsync();
        harness.StopStore();

        var began = Stopwatch.GetTimestamp();
        var status = await WorkerHarness.TerminateAsync(worker);

        status.Should().Be(0);
        Stopwatch.GetElapsedTime(began).Should().BeLessThan(TimeSpan.FromSeconds(7));
        (await WorkerHarness.UntilAsync(() => Task.FromResult(harness.Processes()), p => p == 0)).Should().Be(0);
    }

    [Fact]
    public async Task A_job_that_nobody_tells_of_is_found_by_looking()
    {
        await harness.Publisher.PublishAsync([WorkerHarness.Script("return [{'targets': ['a:1']}]")], default);
        using var worker = harness.Launch();
        await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync(Key.FullPath, default), e => e.Result is not null);

        await harness.InRedisAsync((db, keys) =>
            db.ListLeftPushAsync(keys.Pending(WorkerHarness.Pool), """{"full_path":"/targets/x?by=hand"}"""));

        (await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync("/targets/x?by=hand", default), e => e.Result is not null))
            .Result.Should().NotBeNull();
    }

    [Fact]
    public async Task A_command_may_not_take_as_long_as_a_lease_can_not_wait()
    {
        using var worker = harness.Launch(null, "--Redis:CommandTimeout=2s");

        await worker.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));

        worker.ExitCode.Should().Be(2);
    }

    private Task RunningAsync() => WorkerHarness.UntilAsync(JobAsync, j => j?.Running == true);

    private Task<JobState?> JobAsync() => harness.Queue.ReadJobAsync(WorkerHarness.Pool, Key.FullPath, default);

    private static async Task SignalAsync(Process worker, string signal)
    {
        using var kill = Process.Start("kill", [signal, worker.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
