using HttpSd.ServiceDefaults;
using static HttpSd.SdServer.Tests.Generators;

namespace HttpSd.SdServer.Tests;

public sealed class MetricsTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const string Pending = "httpsd_update_queue_jobs{status=\"pending\",pool=\"default\"}";

    [Fact]
    public async Task Requests_are_counted_by_path_and_outcome()
    {
        await using var server = await TestServer.StartAsync(redis.Server, ["--Queue:MaxLength=1"]);
        await server.PublishQuietlyAsync(Generator("gw/a"), Generator("gw/b"));
        await server.GetAsync("/targets/gw/a"); // miss
        await server.GetAsync("/targets/gw/b"); // queue full
        await server.RunNextAsync(Body, AtOnce, TimeSpan.FromHours(1));
        await Task.Delay(20, TestContext.Current.CancellationToken);
        var tag = (await server.GetAsync("/targets/gw/a"))["ETag"]!; // stale
        await server.GetAsync("/targets/gw/a", ("If-None-Match", tag));
        await server.GetAsync("/targets/gw/a", ("X-Prometheus-Refresh-Interval-Seconds", "60")); // fresh
        await server.GetAsync("/targets/gw/a?debug=true");
        await server.GetAsync("/targets/gw/zzz");
        // The stale list's refresh fills the queue.
        await TestServer.EventuallyAsync(() => server.MetricAsync(Pending), n => n == 1);
        (await server.GetAsync("/targets/gw")).Body.Should().Be(QueueFull);

        var counted = new Dictionary<string, double?>();
        foreach (var status in new[] { "success", "fail", "cache-not-exist", "cache-expired" })
            counted[status] = await server.MetricAsync($"httpsd_path_requests_total{{path=\"gw/a\",status=\"{status}\"}}");
        counted.Should().Equal(new Dictionary<string, double?>
        {
            ["success"] = 3, ["fail"] = 0, ["cache-not-exist"] = 1, ["cache-expired"] = 0,
        });
        (await server.MetricAsync("httpsd_path_requests_total{path=\"gw/b\",status=\"fail\"}")).Should().Be(1);
        (await server.MetricAsync("httpsd_path_requests_total{path=\"gw\",status=\"fail\"}")).Should().Be(1);
        (await server.MetricAsync("httpsd_path_requests_total{path=\"gw\",status=\"success\"}")).Should().Be(0);
        (await server.MetricAsync("httpsd_cache_operations_total{operation=\"hit\"}")).Should().Be(1);
        (await server.MetricAsync("httpsd_cache_operations_total{operation=\"stale\"}")).Should().Be(3);
        (await server.MetricAsync("httpsd_target_path_request_duration_seconds_count{path=\"gw/a\"}")).Should().Be(4);
    }

    [Fact]
    public async Task Expired_lists_are_counted_as_such()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator("x"), Body, cacheTtl: AtOnce);
        await Task.Delay(20, TestContext.Current.CancellationToken);
        await server.GetAsync("/targets/x");

        (await server.MetricAsync("httpsd_path_requests_total{path=\"x\",status=\"cache-expired\"}")).Should().Be(1);
        (await server.MetricAsync("httpsd_cache_operations_total{operation=\"expired\"}")).Should().Be(1);
    }

    [Fact]
    public async Task Targets_and_ages_are_shown_per_generator_and_go_with_it()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator("x"), """[{"targets":["a:1","b:1"]},{"targets":["c:1"],"labels":{"a":"b"}}]""");
        await server.GetAsync("/targets/x");
        (await server.MetricAsync("httpsd_path_last_generated_targets{path=\"x\"}")).Should().Be(3);
        (await server.MetricAsync("httpsd_path_last_success_age_seconds{path=\"x\"}")).Should().BeInRange(0, 60);

        await server.PublishAsync(Generator("y"));

        var left = await TestServer.EventuallyAsync(
            async () => (await server.GetAsync("/metrics")).Body, text => !text.Contains("path=\"x\"", StringComparison.Ordinal));
        left.Should().NotContain("path=\"x\"");
        (await server.GetAsync("/targets/x")).Status.Should().Be(404);
    }

    [Fact]
    public async Task A_deleted_list_shows_as_0_in_the_next_scrape()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishQuietlyAsync(Generator("x"), Generator("y"));
        await server.GetAsync("/targets/x");
        await server.GetAsync("/targets/y");
        (await server.MetricAsync(Pending)).Should().Be(2);

        await using var connection = await redis.Server.ConnectAsync();
        await connection.GetDatabase().KeyDeleteAsync(server.KeyPrefix + "target_generation_queue");

        (await server.MetricAsync(Pending)).Should().Be(0);
    }

    [Fact]
    public async Task Refusals_and_reloads_are_not_counted_and_leave_no_series()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishQuietlyAsync(Generator("x") with { Parameters = [] });

        (await server.GetAsync("/targets/x?a=1")).Status.Should().Be(400);
        (await server.GetAsync("/targets/x?reload=true")).Status.Should().Be(200);
        (await server.GetAsync("/targets/x?debug=true")).Status.Should().Be(200);
        (await server.GetAsync("/targets/?reload=true")).Status.Should().Be(200);

        var text = (await server.GetAsync("/metrics")).Body;
        text.Should().NotContain("httpsd_path_requests_total{").And.NotContain("request_duration_seconds_count{path");
        (await server.MetricAsync("httpsd_cache_operations_total{operation=\"miss\"}")).Should().Be(0);
    }

    [Fact]
    public async Task A_miss_that_is_answered_with_200_is_counted_as_a_miss()
    {
        await using var server = await TestServer.StartAsync(redis.Server, ["--Server:MissStatusCode=200"]);
        await server.PublishWithListAsync(Generator("x"), Body, cacheTtl: AtOnce);
        await server.PublishQuietlyAsync(Generator("x"), Generator("y"));
        await Task.Delay(20, TestContext.Current.CancellationToken);

        (await server.GetAsync("/targets/x")).Status.Should().Be(200);
        (await server.GetAsync("/targets/y")).Status.Should().Be(200);

        (await server.MetricAsync("httpsd_path_requests_total{path=\"x\",status=\"cache-expired\"}")).Should().Be(1);
        (await server.MetricAsync("httpsd_path_requests_total{path=\"y\",status=\"cache-not-exist\"}")).Should().Be(1);
        (await server.MetricAsync("httpsd_path_requests_total{path=\"y\",status=\"success\"}")).Should().Be(0);
    }

    [Fact]
    public async Task Scrapes_at_once_are_read_one_after_the_other()
    {
        await using var own = await RedisServer.StartAsync();
        await using var server = await TestServer.StartAsync(own);
        await server.PublishQuietlyAsync(Generator("x"));
        var metrics = new ProcessMetrics();
        var begun = 0;
        using var gauges = new QueueGauges(metrics, server.Queue, () =>
        {
            Interlocked.Increment(ref begun);
            return [];
        });

        own.Stop();
        var scrapes = Enumerable.Range(0, 4)
            .Select(_ => metrics.Registry.CollectAndExportAsTextAsync(Stream.Null, TestContext.Current.CancellationToken)).ToList();
        await Task.Delay(300, TestContext.Current.CancellationToken);
        var meanwhile = Volatile.Read(ref begun);
        own.Continue();
        await Task.WhenAll(scrapes);

        (meanwhile, begun).Should().Be((1, 4), "of two at once the one that read first could show last; but each reads for itself");
    }

    [Fact]
    public async Task Scrapes_at_once_never_show_a_total_that_falls()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishQuietlyAsync([.. Enumerable.Range(0, 20).Select(i => Generator($"p{i}"))]);
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        var work = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                for (var i = 0; i < 20; i++)
                    await server.Queue.EnqueueAsync("default", new Core.Requests.RequestKey($"p{i}", []), 0, false, default);
                await server.DrainAsync();
            }
        });

        var fell = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var last = 0d; !enough.IsCancellationRequested;)
            {
                var total = await server.MetricAsync("httpsd_update_queue_enqueued_total{pool=\"default\"}") ?? -1;
                if (total < last)
                    return $"{total} after {last}";
                last = total;
            }
            return null;
        })));
        await work;

        fell.Should().OnlyContain(f => f == null);
    }
}
