using System.Diagnostics;
using System.Globalization;
using HttpSd.Core.Requests;
using HttpSd.Redis.Cache;
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
        await WrittenAsync(log);
        proxy.Requests.IsHeld = cut != "replies only";
        proxy.Replies.IsHeld = cut != "requests only";
        using var other = harness.Launch();

        (await ResultAsync(Key.FullPath)).Should().NotBeNull("another worker has run it");
        MustNotOverlap(log).Should().Be(2);

        other.Dispose();
        proxy.Heal();
        await harness.Queue.EnqueueAsync(WorkerHarness.Pool, new RequestKey("after", []), 0, false, default);
        (await ResultAsync("/targets/after")).Should().NotBeNull("the worker that was cut off works again");
        var entry = await harness.Cache.ReadAsync(Key.FullPath, default);
        (await harness.Cache.ReadBodyAsync(Key.FullPath, entry.Result!.ETag, default))!.Value.ToArray()
            .Should().Equal("""[{"targets":["a:1"]}]"""u8.ToArray(), "the run that was cut off stores nothing");
    }

    [Fact]
    public async Task A_worker_whose_connections_lead_nowhere_any_more_makes_others_soon()
    {
        var log = Path.Combine(harness.Folder, "log");
        await PublishAsync(log, firstRuns: TimeSpan.FromSeconds(6));
        using var worker = harness.Launch(null, ViaProxy);
        await WrittenAsync(log);
        var before = proxy.Accepted;
        proxy.Vanish();
        await harness.Queue.EnqueueAsync(WorkerHarness.Pool, new RequestKey("after", []), 0, false, default);

        (await ResultAsync("/targets/after")).Should().NotBeNull();
        (await ResultAsync(Key.FullPath)).Should().NotBeNull();

        proxy.Accepted.Should().BeGreaterThan(before);
        MustNotOverlap(log);
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
        await WrittenAsync(runs);
        proxy.Requests.Delay = proxy.Replies.Delay = TimeSpan.FromMilliseconds(delayEachWay);

        await MustEndInOneRunAsync(runs);
    }

    [Fact]
    public async Task While_a_large_body_goes_over_a_thin_wire_the_lease_is_renewed_beside_it()
    {
        var (runs, thin) = (Path.Combine(harness.Folder, "runs"), Path.Combine(harness.Folder, "thin"));
        // Some 160 kB with what gzip makes of it: longer than a worker goes without renewing its lease, and within what a
        // body may take.
        await harness.Publisher.PublishAsync(
            [
                WorkerHarness.Script(
                    $"import os\nopen('{runs}', 'a').write('run\\n')\n"
                    + $"while not os.path.exists('{thin}'):\n    time.sleep(0.01)\n"
                    + "return [{'targets': ['a:1'], 'labels': {'l%d' % n: os.urandom(900).hex()}} for n in range(60)]"),
            ], default);
        using var worker = harness.Launch(null, ViaProxy, "--Redis:CommandTimeout=700ms", "--Worker:Normalize=false");
        await WrittenAsync(runs);
        proxy.Requests.BytesPerSecond = 60_000;
        var clock = Stopwatch.StartNew();
        await File.WriteAllTextAsync(thin, "");

        await MustEndInOneRunAsync(runs);

        clock.Elapsed.Should().BeGreaterThan(TimeSpan.FromSeconds(2), "the wire is thin");
    }

    private static Task WrittenAsync(string file) =>
        WorkerHarness.UntilAsync(() => Task.FromResult(File.Exists(file) && new FileInfo(file).Length > 0), written => written);

    private async Task<CachedResult?> ResultAsync(string fullPath) =>
        (await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync(fullPath, default), e => e.Result is not null)).Result;

    private async Task MustEndInOneRunAsync(string runs)
    {
        (await ResultAsync(Key.FullPath)).Should().NotBeNull();
        (await WorkerHarness.UntilAsync(() => harness.Queue.ReadTotalsAsync(WorkerHarness.Pool, default), t => t.Processing == 0))
            .Should().BeEquivalentTo(new { Pending = 0, Processing = 0, Completed = 1 });
        File.ReadAllLines(runs).Should().ContainSingle();
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
