using System.Globalization;
using HttpSd.Core.Requests;

namespace HttpSd.Worker.Tests.Agent;

/// <summary>What a real worker shows at its port.</summary>
public sealed class WorkerMetricsTests : IAsyncDisposable
{
    private const string Pending = "httpsd_update_queue_jobs{status=\"pending\",pool=\"default\"}";

    private readonly WorkerHarness harness = new();
    private readonly HttpClient client = new();
    private readonly int port = WorkerHarness.FreePort();

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return harness.DisposeAsync();
    }

    [Fact]
    public async Task The_series_of_a_generator_go_with_it()
    {
        var (x, y) = (WorkerHarness.Script("return []"), WorkerHarness.Script("raise ValueError('closed')", "y"));
        await harness.Publisher.PublishAsync([x, y], default);
        await WithWorkerAsync(async () =>
        {
            const string xs = "httpsd_generator_run_duration_seconds_count{path=\"x\",status=\"success\"}";
            const string ys = "httpsd_generator_run_duration_seconds_count{path=\"y\",status=\"error\"}";
            (await WorkerHarness.UntilAsync(ScrapeAsync, t => Number(t, xs) > 0 && Number(t, ys) > 0)).Should().Contain(xs).And.Contain(ys);

            await harness.Publisher.PublishAsync([x], default);

            (await WorkerHarness.UntilAsync(ScrapeAsync, t => Number(t, ys) is null)).Should().Contain(xs).And.NotContain("path=\"y\"");
        });
    }

    [Fact]
    public async Task A_run_of_what_failed_the_last_time_is_a_retry()
    {
        await harness.Publisher.PublishAsync([WorkerHarness.Script("raise ValueError('closed')")], default);
        await WithWorkerAsync(async () =>
        {
            await RunsAsync(1);
            Number(await ScrapeAsync(), "httpsd_redis_worker_jobs_retries_total{worker_id=\"one\"}").Should().Be(0, "the first run is none");

            await harness.Queue.EnqueueAsync(WorkerHarness.Pool, new RequestKey("x", []), 0, false, default);
            await RunsAsync(2);
            Number(await ScrapeAsync(), "httpsd_redis_worker_jobs_retries_total{worker_id=\"one\"}").Should().Be(1);

            await harness.Publisher.PublishAsync([WorkerHarness.Script("raise ValueError('still')")], default);
            await RunsAsync(3);
            Number(await ScrapeAsync(), "httpsd_redis_worker_jobs_retries_total{worker_id=\"one\"}").Should().Be(1, "a changed script begins anew");
        });

        Task RunsAsync(int runs) => WorkerHarness.UntilAsync(
            ScrapeAsync, t => Number(t, "httpsd_redis_worker_jobs_processed_total{worker_id=\"one\",status=\"error\"}") >= runs);
    }

    [Fact]
    public async Task A_list_deleted_by_hand_shows_as_0_in_the_next_scrape()
    {
        // Nobody claims these: the worker has another pool.
        await harness.Publisher.PublishAsync([WorkerHarness.Script("return []"), WorkerHarness.Script("return []", "y")], default);
        await WithWorkerAsync(
            async () =>
            {
                (await WorkerHarness.UntilAsync(ScrapeAsync, t => Number(t, Pending) == 2)).Should().Contain(Pending + " 2");

                await harness.DeleteAsync("target_generation_queue");

                Number(await ScrapeAsync(), Pending).Should().Be(0);
            },
            "--Worker:Pool=elsewhere");
    }

    [Fact]
    public async Task A_job_of_a_deleted_generator_leaves_no_key()
    {
        await harness.Publisher.PublishAsync([WorkerHarness.Script("return []", "y")], default);
        // As a server does that hasn't heard of the deletion yet.
        await harness.Cache.AdmitAsync("x", "/targets/x", 10, TimeSpan.Zero, default);
        await harness.Queue.EnqueueAsync(WorkerHarness.Pool, new RequestKey("x", []), 0, false, default);
        await WithWorkerAsync(async () =>
            (await WorkerHarness.UntilAsync(() => harness.KeysAsync("httpsd:x:*"), keys => keys.Count == 1)).Should().Equal("httpsd:x:{y}"));
        (await harness.Queue.ReadJobAsync(WorkerHarness.Pool, "/targets/x", default)).Should().BeNull();
    }

    [Fact]
    public async Task A_definition_that_this_build_does_not_know_keeps_its_keys()
    {
        await harness.Publisher.PublishAsync([WorkerHarness.Script("return []")], default);
        await harness.SetDefinitionAsync("x", "9\n{\"schema\":99}");
        await WithWorkerAsync(async () =>
        {
            await WorkerHarness.UntilAsync(() => harness.Queue.ReadJobAsync(WorkerHarness.Pool, "/targets/x", default), job => job is null);
            await Task.Delay(300);
        });

        (await harness.KeysAsync("httpsd:x:*")).Should().Equal("httpsd:x:{x}");
    }

    private async Task WithWorkerAsync(Func<Task> look, params string[] settings)
    {
        using var worker = harness.Launch(null, [$"--Worker:Urls=http://127.0.0.1:{port}", "--Worker:Id=one", .. settings]);
        await look();
    }

    // Empty until it listens.
    private async Task<string> ScrapeAsync()
    {
        try
        {
            return await client.GetStringAsync($"http://127.0.0.1:{port}/metrics");
        }
        catch (HttpRequestException)
        {
            return "";
        }
    }

    private static double? Number(string exposition, string series) =>
        exposition.Split('\n').FirstOrDefault(l => l.StartsWith(series + " ", StringComparison.Ordinal)) is { } line
            ? double.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture)
            : null;
}
