using HttpSd.Core.Requests;

namespace HttpSd.Worker.Tests.Agent;

/// <summary>A real worker process while the world around its run changes.</summary>
public sealed class LiveWorkerTests : IAsyncDisposable
{
    private static readonly RequestKey Key = new("x", []);

    private readonly WorkerHarness harness = new();

    public ValueTask DisposeAsync() => harness.DisposeAsync();

    [Fact]
    public async Task SIGTERM_lets_a_script_end_and_exits_with_0()
    {
        await harness.Publisher.PublishAsync([WorkerHarness.Script("time.sleep(2)\nreturn [{'targets': ['a:1']}]")], default);
        using var worker = harness.Launch();
        await RunningAsync();

        var status = await WorkerHarness.TerminateAsync(worker);

        status.Should().Be(0);
        (await harness.Cache.ReadAsync(Key.FullPath, default)).Result.Should().NotBeNull();
        (await JobAsync()).Should().BeNull();
    }

    [Fact]
    public async Task SIGTERM_puts_back_what_does_not_end_in_time()
    {
        await harness.Publisher.PublishAsync([WorkerHarness.Script("time.sleep(1000)\nreturn []")], default);
        using var worker = harness.Launch(null, "--Worker:ShutdownTimeout=6s");
        await RunningAsync();

        var status = await WorkerHarness.TerminateAsync(worker);

        status.Should().Be(0);
        (await JobAsync()).Should().BeEquivalentTo(new { Running = false, Position = 1 });
        (await harness.Queue.ClaimAsync(WorkerHarness.Pool, "next", default))!.Stalls.Should().Be(0);
        harness.Processes().Should().Be(0);
    }

    [Fact]
    public async Task Demand_from_before_a_result_was_stored_causes_no_second_run()
    {
        await harness.Publisher.PublishAsync([WorkerHarness.Script("return [{'targets': ['a:1']}]")], default);
        using var worker = harness.Launch();
        var first = await WorkerHarness.UntilAsync(TokenAsync, t => t > 0);
        await WorkerHarness.UntilAsync(JobAsync, j => j is null);

        await harness.Queue.EnqueueAsync(WorkerHarness.Pool, Key, 0, false, default, seen: 0);
        (await WorkerHarness.UntilAsync(JobAsync, j => j is null)).Should().BeNull();
        (await TokenAsync()).Should().Be(first, "who asked had not seen it yet");

        await harness.Queue.EnqueueAsync(WorkerHarness.Pool, Key, 0, false, default, seen: first);
        (await WorkerHarness.UntilAsync(TokenAsync, t => t > first)).Should().BeGreaterThan(first);
    }

    [Fact]
    public async Task A_job_taken_out_by_hand_stops_its_script_and_stores_nothing()
    {
        await harness.Publisher.PublishAsync([WorkerHarness.Script("time.sleep(8)\nreturn [{'targets': ['late:1']}]")], default);
        using var worker = harness.Launch();
        await RunningAsync();
        await harness.Queue.CancelAsync(WorkerHarness.Pool, [Key.FullPath], default);

        (await WorkerHarness.UntilAsync(
            async () => await harness.Queue.EnqueueAsync(WorkerHarness.Pool, Key, 0, false, default),
            e => e.Outcome == Redis.Queue.EnqueueOutcome.Running)).Outcome.Should().Be(Redis.Queue.EnqueueOutcome.Running, "the slot is free again");
        (await harness.Cache.ReadAsync(Key.FullPath, default)).Result.Should().BeNull();
    }

    [Fact]
    public async Task A_run_of_a_changed_script_stores_nothing_and_the_new_one_follows()
    {
        await harness.Publisher.PublishAsync([WorkerHarness.Script("time.sleep(3)\nreturn [{'targets': ['old:1']}, {'targets': ['old:2'], 'labels': {'a': 'b'}}]")], default);
        using var worker = harness.Launch();
        await RunningAsync();
        await harness.Publisher.PublishAsync([WorkerHarness.Script("return [{'targets': ['new:1']}]")], default);

        var entry = await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync(Key.FullPath, default), e => e.Result is not null);

        entry.Result!.Groups.Should().Be(1, "the old script's list of two groups is never stored");
        entry.Error.Should().BeNull();
    }

    [Fact]
    public async Task A_failed_run_stores_its_error_and_asks_for_patience()
    {
        await harness.Publisher.PublishAsync([WorkerHarness.Script("raise ValueError('closed')")], default);
        using var worker = harness.Launch();
        var entry = await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync(Key.FullPath, default), e => e.Error is not null);

        entry.Error.Should().BeEquivalentTo(new { Type = "ValueError", Message = "closed" });
        entry.Failures.Should().Be(1);
        entry.Backoff.Should().BeCloseTo(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData("4s", 4)]
    [InlineData("1h30m", 5400)]
    public async Task A_retention_written_as_any_duration_is_a_result_s(string retention, int seconds)
    {
        await harness.Publisher.PublishAsync([WorkerHarness.Script("return [{'targets': ['a:1']}]")], default);
        using var worker = harness.Launch(null, "--Server:Retention=" + retention, "--Server:MaxWait=5s");
        var entry = await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync(Key.FullPath, default), e => e.Result is not null);

        entry.Result.Should().NotBeNull();
        (await harness.TtlAsync("httpsd:t:{/targets/x}:v")).Should().BeCloseTo(
            TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_wrong_retention_stops_the_worker_at_start()
    {
        using var worker = harness.Launch(null, "--Server:Retention=0s");

        await worker.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));

        worker.ExitCode.Should().Be(2);
    }

    [Theory]
    [InlineData("throw-after-claim")]
    [InlineData("throw-after-run")]
    public async Task A_fault_of_ours_ends_the_job_as_an_error_with_a_backoff(string failpoint)
    {
        await harness.Publisher.PublishAsync([WorkerHarness.Script("return [{'targets': ['a:1']}]")], default);
        using var worker = harness.Launch(failpoint);
        var entry = await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync(Key.FullPath, default), e => e.Error is not null);

        entry.Error.Should().BeEquivalentTo(new
        {
            Type = "WorkerFault",
            Message = $"a fault of the worker's own ended the run: failpoint {failpoint[6..]}",
        });
        (entry.Failures, entry.Backoff > TimeSpan.Zero).Should().Be((1, true));
        (await WorkerHarness.UntilAsync(JobAsync, j => j is null)).Should().BeNull("it isn't left in processing");
    }

    [Fact]
    public async Task Deleting_a_generator_stops_its_run_and_leaves_no_result()
    {
        await harness.Publisher.PublishAsync([WorkerHarness.Script("time.sleep(3)\nreturn [{'targets': ['a:1']}]")], default);
        using var worker = harness.Launch();
        await RunningAsync();
        await harness.Publisher.PublishAsync([], default);
        await Task.Delay(TimeSpan.FromSeconds(4));

        (await harness.Cache.ReadAsync(Key.FullPath, default)).Should().BeEquivalentTo(
            new { Failures = 0 }, "no key of it is left");
        (await harness.Cache.ReadAsync(Key.FullPath, default)).Result.Should().BeNull();
        (await JobAsync()).Should().BeNull();
    }

    private async Task<long> TokenAsync() => (await harness.Cache.ReadAsync(Key.FullPath, default)).Result?.Token ?? 0;

    private Task RunningAsync() => WorkerHarness.UntilAsync(JobAsync, j => j?.Running == true);

    private Task<Redis.Queue.JobState?> JobAsync() => harness.Queue.ReadJobAsync(WorkerHarness.Pool, Key.FullPath, default);
}
