using System.Diagnostics;
using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Redis.Cache;

namespace HttpSd.Worker.Tests.Agent;

/// <summary>A real worker stops what nobody can use any more, and gives nobody all of its slots.</summary>
public sealed class WantedRunTests : IAsyncDisposable
{
    private static readonly RequestKey Key = new("x", []);

    private readonly WorkerHarness harness = new();

    public ValueTask DisposeAsync() => harness.DisposeAsync();

    [Fact]
    public async Task A_reload_stops_the_run_under_way_and_the_next_one_follows_at_once()
    {
        var runs = Path.Combine(harness.Folder, "runs");
        var port = WorkerHarness.FreePort();
        await harness.Publisher.PublishAsync(
            [WorkerHarness.Script($"open('{runs}', 'a').write('run\\n')\nif len(open('{runs}').readlines()) == 1: time.sleep(25)\nreturn [{{'targets': ['a:1']}}]")], default);
        using var worker = harness.Launch(null, $"--Worker:Urls=http://127.0.0.1:{port}");
        await WorkerHarness.UntilAsync(() => Task.FromResult(File.Exists(runs)), exists => exists);
        var reloaded = Stopwatch.GetTimestamp();
        var asked = await harness.Queue.EnqueueAsync(WorkerHarness.Pool, Key, 0, true, default);
        await harness.Cache.ClearAsync(Key.FullPath, asked.Floor, default);

        var entry = await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync(Key.FullPath, default), e => e.Result is not null);

        entry.Should().BeEquivalentTo(new { Result = new { Targets = 1 }, Error = (object?)null, Failures = 0 });
        Stopwatch.GetElapsedTime(reloaded).Should().BeLessThan(TimeSpan.FromSeconds(15), "the first run sleeps for 25 s");
        File.ReadAllLines(runs).Should().HaveCount(2);
        using var client = new HttpClient();
        (await client.GetStringAsync($"http://127.0.0.1:{port}/metrics"))
            .Should().MatchRegex("jobs_processed_total{[^}]*status=\"superseded\"} 1");
    }

    [Fact]
    public async Task What_a_reload_clears_while_its_run_goes_on_is_not_held_against_the_new_list()
    {
        var (began, go) = (Path.Combine(harness.Folder, "began"), Path.Combine(harness.Folder, "go"));
        var script = WorkerHarness.Script(
            $"import os\nif os.path.exists('{go}.first'):\n    open('{began}', 'w').close()\n    while not os.path.exists('{go}'): time.sleep(0.05)\n    return [{{'targets': ['a:1']}}]\nopen('{go}.first', 'w').close()\nreturn [{{'targets': ['a:1', 'b:1', 'c:1']}}]");
        await harness.Publisher.PublishAsync([DefinitionDigest.Seal(script with { Definition = script.Definition with { MaxShrinkPercent = 50 } })], default);
        using var worker = harness.Launch();
        await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync(Key.FullPath, default), e => e.Result is not null);
        var asked = await harness.Queue.EnqueueAsync(WorkerHarness.Pool, Key, 0, reload: true, default);
        (await WorkerHarness.UntilAsync(() => Task.FromResult(File.Exists(began)), exists => exists)).Should().BeTrue();

        await harness.Cache.ClearAsync(Key.FullPath, asked.Floor, default);
        await File.WriteAllTextAsync(go, "");

        var entry = await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync(Key.FullPath, default), e => e.Result is not null || e.Failures > 0);
        entry.Should().BeEquivalentTo(new { Result = new { Targets = 1 }, Error = (object?)null, Failures = 0 });
    }

    [Fact]
    public async Task Failures_that_a_reload_clears_while_its_run_goes_on_make_nobody_wait()
    {
        var (began, go) = (Path.Combine(harness.Folder, "began"), Path.Combine(harness.Folder, "go"));
        await harness.Publisher.PublishAsync(
            [WorkerHarness.Script($"import os\nopen('{began}', 'w').close()\nwhile not os.path.exists('{go}'): time.sleep(0.05)\nraise ValueError('still')")], default);
        var error = new CachedError(default, "ValueError", "before", "", "", "w", "", TimeSpan.Zero);
        for (var i = 0; i < 6; i++)
            await harness.Cache.FailAsync(Key.FullPath, 0, error, TimeSpan.FromHours(1), TimeSpan.Zero, default);
        var asked = await harness.Queue.EnqueueAsync(WorkerHarness.Pool, Key, 0, reload: true, default);
        using var worker = harness.Launch();
        (await WorkerHarness.UntilAsync(() => Task.FromResult(File.Exists(began)), exists => exists)).Should().BeTrue();

        await harness.Cache.ClearAsync(Key.FullPath, asked.Floor, default);
        await File.WriteAllTextAsync(go, "");

        var entry = await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync(Key.FullPath, default), e => e.Failures > 0);
        entry.Should().BeEquivalentTo(new { Failures = 1, Error = new { Message = "still" } });
        entry.Backoff.Should().BeLessThan(TimeSpan.FromSeconds(10), "Worker:RetryDelay is 5 s");
    }

    [Fact]
    public async Task A_run_that_another_is_to_follow_goes_on_while_its_result_can_be_stored()
    {
        var runs = Path.Combine(harness.Folder, "runs");
        await harness.Publisher.PublishAsync(
            [WorkerHarness.Script($"open('{runs}', 'a').write('run\\n')\ntime.sleep(5)\nreturn [{{'targets': ['a:1']}}]")], default);
        using var worker = harness.Launch();
        await WorkerHarness.UntilAsync(() => Task.FromResult(File.Exists(runs)), exists => exists);
        // A newer revision is asked for that changes nothing in the script.
        await harness.Queue.EnqueueAsync(WorkerHarness.Pool, Key, long.MaxValue / 1024, false, default);

        var entry = await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync(Key.FullPath, default), e => e.Result is not null);

        entry.Result.Should().NotBeNull();
        File.ReadAllLines(runs).Length.Should().BeLessThan(3, "the first run's list was stored");
    }

    [Fact]
    public async Task A_parameter_set_dropped_while_it_runs_leaves_no_key()
    {
        var mark = Path.Combine(harness.Folder, "mark");
        await harness.Publisher.PublishAsync(
            [WorkerHarness.Script($"open('{mark}', 'w').close()\ntime.sleep(25)\nreturn [{{'targets': ['a:1']}}]")], default);
        using var worker = harness.Launch();
        // Claimed isn't enough: when the claim's answer is lost, the job has no owner who could remove the fence.
        (await WorkerHarness.UntilAsync(() => Task.FromResult(File.Exists(mark)), exists => exists)).Should().BeTrue();
        var small = new GeneratorDefinition { Path = "x", Name = "default/x", MaxVariants = 1 };
        await new ParameterSets(harness.Queue, harness.Cache)
            .AdmitAsync(small, "/targets/x?a=1", TimeSpan.Zero, default);

        (await WorkerHarness.UntilAsync(() => harness.KeysAsync("httpsd:t:*"), keys => keys.Count == 0)).Should().BeEmpty();
        (await WorkerHarness.UntilAsync(JobAsync, job => job is null)).Should().BeNull();
    }

    [Fact]
    public async Task A_generator_with_many_slow_parameter_sets_leaves_a_slot_to_the_others()
    {
        await harness.Publisher.PublishAsync(
            [
                WorkerHarness.Script("time.sleep(20)\nreturn []"),
                WorkerHarness.Script("return [{'targets': ['a:1']}]", "quick"),
            ], default);
        for (var i = 0; i < 20; i++)
            await harness.Queue.EnqueueAsync(WorkerHarness.Pool, new RequestKey("x", [new("a", $"{i}")]), 0, false, default);
        using var worker = harness.Launch(null, "--Worker:Concurrency=3");
        await RunningAsync();
        var quick = await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync("/targets/quick", default), e => e.Result is not null);
        quick.Result.Should().NotBeNull();

        (await WorkerHarness.UntilAsync(
            () => harness.Queue.ReadTotalsAsync(WorkerHarness.Pool, default), t => t.Processing == 2)).Processing.Should().Be(2);
        for (var i = 0; i < 3; i++)
        {
            await harness.Queue.EnqueueAsync(WorkerHarness.Pool, new RequestKey("quick", [new("a", $"{i}")]), 0, false, default);
            (await WorkerHarness.UntilAsync(() => harness.Cache.ReadAsync($"/targets/quick?a={i}", default), e => e.Result is not null))
                .Result.Should().NotBeNull();
        }
        // A result is there a moment before its job is acknowledged.
        (await WorkerHarness.UntilAsync(() => harness.Queue.ReadTotalsAsync(WorkerHarness.Pool, default), t => t.Processing == 2))
            .Processing.Should().Be(2, "the third slot is for others");
    }

    private Task RunningAsync() => WorkerHarness.UntilAsync(JobAsync, j => j?.Running == true);

    private Task<Redis.Queue.JobState?> JobAsync() => harness.Queue.ReadJobAsync(WorkerHarness.Pool, Key.FullPath, default);
}
