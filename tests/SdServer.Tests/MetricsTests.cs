using static HttpSd.SdServer.Tests.Generators;

namespace HttpSd.SdServer.Tests;

public sealed class MetricsTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
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
        await server.GetAsync("/targets/gw");

        var counted = new Dictionary<string, double?>();
        foreach (var status in new[] { "success", "fail", "cache-not-exist", "cache-expired" })
            counted[status] = await server.MetricAsync($"httpsd_path_requests_total{{path=\"gw/a\",status=\"{status}\"}}");
        counted.Should().Equal(new Dictionary<string, double?>
        {
            ["success"] = 3, ["fail"] = 0, ["cache-not-exist"] = 1, ["cache-expired"] = 0,
        });
        (await server.MetricAsync("httpsd_path_requests_total{path=\"gw/b\",status=\"fail\"}")).Should().Be(1);
        (await server.MetricAsync("httpsd_path_requests_total{path=\"gw\",status=\"fail\"}")).Should().BeGreaterThanOrEqualTo(0);
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
        const string pending = "httpsd_update_queue_jobs{status=\"pending\",pool=\"default\"}";
        (await server.MetricAsync(pending)).Should().Be(2);

        await using var connection = await redis.Server.ConnectAsync();
        await connection.GetDatabase().KeyDeleteAsync(server.KeyPrefix + "target_generation_queue");

        (await server.MetricAsync(pending)).Should().Be(0);
    }
}
