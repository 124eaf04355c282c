namespace HttpSd.Worker.Tests.Agent;

/// <summary>A real worker process dies as by <c>kill -9</c> at a step of its job; another one takes over.</summary>
public sealed class KilledWorkerTests : IAsyncDisposable
{
    private readonly WorkerHarness harness = new();

    public ValueTask DisposeAsync() => harness.DisposeAsync();

    [Theory]
    [InlineData("after-claim", 1)]
    [InlineData("after-first-beat", 1)]
    [InlineData("after-run", 2)]
    [InlineData("after-commit", 1)]
    [InlineData("after-finish", 1)]
    public async Task A_job_survives_its_worker(string failpoint, int runs)
    {
        var log = Path.Combine(harness.Folder, "runs");
        await harness.Publisher.PublishAsync([Counting(log)], CancellationToken.None);

        using var first = harness.Launch(failpoint);
        await first.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        first.ExitCode.Should().Be(128 + 9);
        using var second = harness.Launch();
        var (entry, totals) = await WorkerHarness.UntilAsync(
            async () => (
                await harness.Cache.ReadAsync("/targets/x", default),
                await harness.Queue.ReadTotalsAsync(WorkerHarness.Pool, default)),
            s => s.Item1.Result is not null && s.Item2.Pending + s.Item2.Processing == 0);

        entry.Result!.Targets.Should().Be(1);
        totals.Completed.Should().Be(totals.Enqueued);
        File.ReadAllLines(log).Should().HaveCount(runs, "a stored result is not made twice");

        second.Kill();
        (await WorkerHarness.UntilAsync(() => Task.FromResult(harness.Processes()), p => p == 0))
            .Should().Be(0, "no script outlives its worker");
    }

    [Fact]
    public async Task A_script_in_its_midst_ends_with_its_worker_and_runs_again()
    {
        var log = Path.Combine(harness.Folder, "runs");
        await harness.Publisher.PublishAsync(
            [
                WorkerHarness.Script(
                    $"open('{log}', 'a').write('run\\n')\nif len(open('{log}').readlines()) == 1:\n    time.sleep(600)\nreturn [{{'targets': ['a:1']}}]")
            ],
            default);
        using var first = harness.Launch();
        await WorkerHarness.UntilAsync(() => Task.FromResult(File.Exists(log) && new FileInfo(log).Length > 0), written => written);
        harness.Processes().Should().BeGreaterThan(0);

        first.Dispose();

        (await WorkerHarness.UntilAsync(() => Task.FromResult(harness.Processes()), p => p == 0)).Should().Be(0, "no script outlives its worker");
        using var second = harness.Launch();
        (await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync("/targets/x", default), e => e.Result is not null)).Result.Should().NotBeNull();
        File.ReadAllLines(log).Should().HaveCount(2);
    }

    [Fact]
    public async Task A_script_that_takes_its_worker_down_again_and_again_ends_as_an_error()
    {
        await harness.Publisher.PublishAsync([Counting(Path.Combine(harness.Folder, "runs"))], CancellationToken.None);
        for (var i = 0; i < WorkerHarness.Short.MaxStalls + 1; i++)
        {
            using var worker = harness.Launch("after-run");
            await worker.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        }
        using var last = harness.Launch("after-run");
        var entry = await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync("/targets/x", default), e => e.Error is not null);

        entry.Error!.Type.Should().Be("WorkerLost");
        (await WorkerHarness.UntilAsync(() => harness.Queue.ReadTotalsAsync(WorkerHarness.Pool, default), t => t.Processing == 0))
            .Should().BeEquivalentTo(new { Pending = 0, Processing = 0, Dropped = 0 });
    }

    private static Core.Definitions.GeneratorScript Counting(string log) =>
        WorkerHarness.Script($"open('{log}', 'a').write('run\\n')\nreturn [{{'targets': ['a:1']}}]");
}
