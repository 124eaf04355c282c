using System.Diagnostics;
using System.Globalization;
using HttpSd.Core.Requests;
using HttpSd.Tests;
using HttpSd.Tests.Faults;

namespace HttpSd.Worker.Tests.Agent;

/// <summary>Real worker processes whose way to the store is cut, slow or thin.</summary>
public sealed class CutOffWorkerTests : IAsyncDisposable
{
    private static readonly RequestKey Key = new("x", []);

    private readonly WorkerHarness harness = new();
    private readonly FaultProxy proxy;

    public CutOffWorkerTests() => proxy = new FaultProxy(harness.StorePort);

    public async ValueTask DisposeAsync()
    {
        await proxy.DisposeAsync();
        await harness.DisposeAsync();
    }

    [Theory]
    [InlineData("both ways")]
    [InlineData("requests only")]
    [InlineData("replies only")]
    public async Task A_worker_that_is_cut_off_stops_its_run_before_another_has_the_job_and_works_again_afterwards(string cut)
    {
        var log = Path.Combine(harness.Folder, "log");
        await PublishAsync(log, firstRuns: TimeSpan.FromMinutes(1));
        using var worker = harness.Launch(null, ViaProxy);
        Process? other = null;
        try
        {
            await WorkerHarness.UntilAsync(() => Task.FromResult(File.Exists(log) && new FileInfo(log).Length > 0), is_ => is_);
            proxy.Requests.IsHeld = cut != "replies only";
            proxy.Replies.IsHeld = cut != "requests only";
            other = harness.Launch();

            var entry = await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync(Key.FullPath, default), e => e.Result is not null);

            entry.Result.Should().NotBeNull("another worker has run it");
            MustNotOverlap(log).Should().Be(2);
        }
        finally
        {
            if (other is not null)
            {
                other.Kill();
                await other.WaitForExitAsync();
                other.Dispose();
            }
        }
        try
        {
            proxy.Heal();
            await harness.Queue.EnqueueAsync(WorkerHarness.Pool, new RequestKey("after", []), 0, false, default);
            (await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync("/targets/after", default), e => e.Result is not null))
                .Result.Should().NotBeNull("the worker that was cut off works again");
            var body = await harness.Cache.ReadAsync(Key.FullPath, default);
            (await harness.Cache.ReadBodyAsync(Key.FullPath, body.Result!.ETag, default))!.Value.ToArray()
                .Should().Equal("""[{"targets":["a:1"]}]"""u8.ToArray(), "the run that was cut off stores nothing");
        }
        finally
        {
            worker.Kill();
            await worker.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task A_worker_whose_connections_lead_nowhere_any_more_makes_others_soon()
    {
        var log = Path.Combine(harness.Folder, "log");
        await PublishAsync(log, firstRuns: TimeSpan.FromSeconds(6));
        using var worker = harness.Launch(null, ViaProxy);
        try
        {
            await WorkerHarness.UntilAsync(() => Task.FromResult(File.Exists(log) && new FileInfo(log).Length > 0), is_ => is_);
            var before = proxy.Accepted;
            proxy.Vanish();
            await harness.Queue.EnqueueAsync(WorkerHarness.Pool, new RequestKey("after", []), 0, false, default);

            (await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync("/targets/after", default), e => e.Result is not null)).Result.Should().NotBeNull();
            (await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync(Key.FullPath, default), e => e.Result is not null)).Result.Should().NotBeNull();

            proxy.Accepted.Should().BeGreaterThan(before);
            MustNotOverlap(log);
        }
        finally
        {
            worker.Kill();
            await worker.WaitForExitAsync();
        }
    }

    [Theory]
    [InlineData(50, "700ms", "3s")]
    [InlineData(500, "3s", "15s")]
    public async Task A_slow_way_loses_no_run(int delayEachWay, string commandTimeout, string lease)
    {
        var runs = Path.Combine(harness.Folder, "runs");
        await harness.Publisher.PublishAsync(
            [WorkerHarness.Script($"open('{runs}', 'a').write('run\\n')\ntime.sleep(4)\nreturn [{{'targets': ['a:1']}}]")], default);
        using var worker = harness.Launch(null, ViaProxy, "--Redis:CommandTimeout=" + commandTimeout, "--Queue:Lease=" + lease);
        try
        {
            await WorkerHarness.UntilAsync(() => Task.FromResult(File.Exists(runs)), exists => exists);
            proxy.Requests.Delay = proxy.Replies.Delay = TimeSpan.FromMilliseconds(delayEachWay);
            (await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync(Key.FullPath, default), e => e.Result is not null)).Result.Should().NotBeNull();

            (await WorkerHarness.UntilAsync(() => harness.Queue.ReadTotalsAsync(WorkerHarness.Pool, default), t => t.Processing == 0))
                .Should().BeEquivalentTo(new { Pending = 0, Processing = 0, Completed = 1 });
            File.ReadAllLines(runs).Should().ContainSingle();
        }
        finally
        {
            worker.Kill();
            await worker.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task While_a_large_body_goes_over_a_thin_wire_the_lease_is_renewed_beside_it()
    {
        var runs = Path.Combine(harness.Folder, "runs");
        // What can't be compressed, for longer than a lease and within what a body may take.
        await harness.Publisher.PublishAsync(
            [
                WorkerHarness.Script(
                    $"import os\nopen('{runs}', 'a').write('run\\n')\n"
                    + "return [{'targets': ['a:1'], 'labels': {'l%d' % n: os.urandom(900).hex()}} for n in range(60)]"),
            ], default);
        using var worker = harness.Launch(null, ViaProxy, "--Redis:CommandTimeout=700ms", "--Worker:Normalize=false");
        try
        {
            await WorkerHarness.UntilAsync(() => harness.Queue.ReadTotalsAsync(WorkerHarness.Pool, default), t => t.Processing == 1 || t.Completed == 1);
            proxy.Requests.BytesPerSecond = 60_000;

            (await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync(Key.FullPath, default), e => e.Result is not null)).Result.Should().NotBeNull();

            (await WorkerHarness.UntilAsync(() => harness.Queue.ReadTotalsAsync(WorkerHarness.Pool, default), t => t.Processing == 0))
                .Should().BeEquivalentTo(new { Pending = 0, Processing = 0, Completed = 1 });
            File.ReadAllLines(runs).Should().ContainSingle();
        }
        finally
        {
            worker.Kill();
            await worker.WaitForExitAsync();
        }
    }

    // As long as a run of x goes on, it says so.
    private async Task PublishAsync(string log, TimeSpan firstRuns)
    {
        await harness.Publisher.PublishAsync(
            [
                WorkerHarness.Script(
                    $"import os\nlog = open('{log}', 'a', 1)\nfirst = os.path.getsize('{log}') == 0\n"
                    + $"for _ in range({(int)firstRuns.TotalSeconds * 20} if first else 10):\n"
                    + "    log.write('%d %.3f\\n' % (os.getpid(), time.monotonic()))\n    time.sleep(0.05)\n"
                    + "return [{'targets': ['late:1' if first else 'a:1']}]"),
                WorkerHarness.Script("return [{'targets': ['b:1']}]", "after"),
            ], default);
        // The publication asks for the other one, too; that is for later.
        await harness.Queue.CancelAsync(WorkerHarness.Pool, ["/targets/after"], default);
    }

    /// <summary>How many runs there were; none began before the one before had ended.</summary>
    private static int MustNotOverlap(string log)
    {
        var runs = File.ReadLines(log).Select(line => line.Split(' ')).Where(parts => parts.Length == 2)
            .GroupBy(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture)).ToList();
        foreach (var (earlier, later) in runs.Zip(runs.Skip(1)))
            later.Min().Should().BeGreaterThan(earlier.Max(), "two never run at one time");
        return runs.Count;
    }

    private string ViaProxy => $"--Redis:Url=redis://127.0.0.1:{proxy.Port}";
}
