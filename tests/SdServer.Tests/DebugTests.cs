using System.Text.RegularExpressions;
using HttpSd.Core.Runs;
using static HttpSd.SdServer.Tests.Generators;

namespace HttpSd.SdServer.Tests;

public sealed partial class DebugTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const string Result =
        "\"normal_cache\":{\"status\":\"success\",\"updated_timestamp\":\"T\",\"results\":" + Body
        + ",\"cache_age_seconds\":\"0.0s ago\",\"expired\":false}";

    private const string Nothing =
        """{"requested_path":"/targets/my-service","status":"no_debug_info","message":"No error information available yet. Please trigger job processing first.","suggestion":"Try the request without ?debug=true first to trigger job processing, then retry with ?debug=true"}""";

    [Fact]
    public async Task A_result_is_shown_as_it_is_served()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator("my-service"), Body);

        (await DebugAsync(server, "/targets/my-service?debug=true")).Should()
            .Be("{\"requested_path\":\"/targets/my-service\",\"debug_info\":{" + Result + "}}");
        (await DebugAsync(server, "/targets/my-service/?debug=true&a=1&reload=no")).Should()
            .Be(Nothing.Replace("my-service\"", "my-service/?a=1&reload=no\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_error_is_shown_beside_the_result_and_a_success_clears_it()
    {
        await using var server = await TestServer.StartAsync(redis.Server, ["--Server:ReloadInterval=0s"]);
        await server.PublishWithListAsync(Generator("my-service"), Body);
        await server.GetAsync("/targets/my-service?reload=true");
        await server.FailNextAsync(FailureTypes.Timeout, FailureTypes.TimeoutMessage, "File \"x\", line 2\n", TimeSpan.FromSeconds(5));

        const string error = """
            "error_details":{"timestamp":"T","timestamp_human":"H","error_type":"TimeoutError","error_message":"Generator exceeded timeout limit","full_path":"/targets/my-service","traceback":"File \"x\", line 2\n","worker_id":"worker-1","job_id":"J","processing_time":1.5,"next_retry":"T"}
            """;
        (await DebugAsync(server, "/targets/my-service?debug=true")).Should()
            .Be("{\"requested_path\":\"/targets/my-service\",\"debug_info\":{" + error + "}}");

        await server.GetAsync("/targets/my-service?reload=true");
        await server.RunNextAsync(Body);
        (await DebugAsync(server, "/targets/my-service?debug=true")).Should()
            .Be("{\"requested_path\":\"/targets/my-service\",\"debug_info\":{" + Result + "}}");
    }

    [Fact]
    public async Task A_job_is_shown_queued_with_its_position_and_running_with_its_worker()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator("my-service"), Body, cacheTtl: AtOnce);
        await Task.Delay(20, TestContext.Current.CancellationToken);
        await server.GetAsync("/targets/my-service");

        var queued = await DebugAsync(server, "/targets/my-service?debug=true");
        queued.Should().EndWith("\"expired\":true},\"job\":{\"state\":\"queued\",\"since\":\"T\",\"position\":1}}}");
        await server.ClaimAsync();
        var running = await DebugAsync(server, "/targets/my-service?debug=true");
        running.Should().EndWith(",\"job\":{\"state\":\"running\",\"since\":\"T\",\"worker_id\":\"worker-1\"}}}");
    }

    [Fact]
    public async Task Nothing_cached_is_told_apart_by_the_running_job_and_nothing_is_enqueued()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishQuietlyAsync(Generator("my-service"));

        (await DebugAsync(server, "/targets/my-service?debug=true")).Should().Be(Nothing);
        (await server.ClaimAsync()).Should().BeNull();
        await server.GetAsync("/targets/my-service");
        (await DebugAsync(server, "/targets/my-service?debug=true")).Should().Be(Nothing);
        await server.ClaimAsync();
        (await DebugAsync(server, "/targets/my-service?debug=true")).Should().Be(
            """{"status":"processing","message":"Job is currently being processed by a worker. Please wait a moment and try again.","suggestion":"Wait a few seconds and retry with ?debug=true"}""");
    }

    [Fact]
    public async Task Odd_but_valid_targets_are_warned_of()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator("my-service"), """[{"targets":["http://a/b"]}]""");

        (await DebugAsync(server, "/targets/my-service?debug=true")).Should().Contain("\"expired\":false,\"warnings\":[\"");
    }

    [Fact]
    public async Task A_prefix_shows_each_generator_below_it()
    {
        await using var server = await TestServer.StartAsync(redis.Server, ["--Server:PathPrefix=/sd/"]);
        await server.PublishQuietlyAsync(Generator("gw/b"), Generator("gw/a"));

        (await DebugAsync(server, "/sd/targets/gw?debug=true")).Should().Be(
            "{\"requested_path\":\"/sd/targets/gw\",\"generators\":{\"gw/a\":"
            + Nothing.Replace("/targets/my-service\"", "/sd/targets/gw/a\"", StringComparison.Ordinal)
            + ",\"gw/b\":" + Nothing.Replace("/targets/my-service\"", "/sd/targets/gw/b\"", StringComparison.Ordinal) + "}}");
    }

    [Fact]
    public async Task A_prefix_shows_results_and_errors_of_each_and_enqueues_nothing()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishAsync(Generator("gw/a"), Generator("gw/b"), Generator("gw/c"));
        while (await server.ClaimAsync() is { } job)
        {
            if (job.FullPath == "/targets/gw/a")
                await server.RunAsync(job, Body);
            else if (job.FullPath == "/targets/gw/b")
                await server.FailAsync(job, "ValueError", "bad", "", TimeSpan.FromMinutes(5));
            else
                await server.Queue.FinishAsync(job, Redis.Queue.FinishMode.Done, TestContext.Current.CancellationToken);
        }

        const string error = """
            "error_details":{"timestamp":"T","timestamp_human":"H","error_type":"ValueError","error_message":"bad","full_path":"/targets/gw/b","traceback":"","worker_id":"worker-1","job_id":"J","processing_time":1.5,"next_retry":"T"}
            """;
        (await DebugAsync(server, "/targets/gw/?debug=true")).Should().Be(
            "{\"requested_path\":\"/targets/gw/\",\"generators\":{"
            + "\"gw/a\":{\"requested_path\":\"/targets/gw/a\",\"debug_info\":{" + Result + "}},"
            + "\"gw/b\":{\"requested_path\":\"/targets/gw/b\",\"debug_info\":{" + error + "}},"
            + "\"gw/c\":" + Nothing.Replace("my-service\"", "gw/c\"", StringComparison.Ordinal) + "}}");
        (await server.DrainAsync()).Should().BeEmpty();
    }

    private static async Task<string> DebugAsync(TestServer server, string url)
    {
        var reply = await server.GetAsync(url);
        (reply.Status, reply.ContentType).Should().Be((200, "application/json"));
        var text = Timestamps().Replace(reply.Body, "\"T\"");
        text = Seconds().Replace(text, "\"0.0s ago\"");
        text = JobIds().Replace(text, "\"job_id\":\"J\"");
        return Human().Replace(text, "\"H\"");
    }

    [GeneratedRegex(@"""\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}""")]
    private static partial Regex Timestamps();

    [GeneratedRegex(@"""\d{4}-\d\d-\d\d \d\d:\d\d:\d\d""")]
    private static partial Regex Human();

    [GeneratedRegex(@"""\d+\.\ds ago""")]
    private static partial Regex Seconds();

    [GeneratedRegex(@"""job_id"":""[0-9a-f]{32}""")]
    private static partial Regex JobIds();
}
