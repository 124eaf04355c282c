using HttpSd.SdServer.Discovery;
using HttpSd.SdServer.Memory;
using static HttpSd.SdServer.Tests.Generators;

namespace HttpSd.SdServer.Tests;

public sealed class PrefixTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly string Joined = Body[..^1] + "," + OtherBody[1..];

    [Fact]
    public async Task A_prefix_serves_all_lists_below_it_in_path_order()
    {
        await using var server = await StartAsync();

        foreach (var url in new[] { "/targets/gw", "/targets/gw/", "/targets", "/targets/" })
        {
            var reply = await server.GetAsync(url);
            (reply.Status, reply.ContentType, reply.Body).Should().Be((200, "application/json", Joined), url);
            (await server.GetAsync(url, ("If-None-Match", reply["ETag"]!))).Status.Should().Be(304);
        }
        (await server.GetAsync("/targets/gw/c")).Body.Should().Be("[]");
    }

    [Fact]
    public async Task One_list_that_is_missing_makes_the_whole_answer_its_error()
    {
        await using var server = await StartAsync();
        await server.PublishQuietlyAsync(Generator("gw/a"), Generator("gw/b"), Generator("gw/c"), Generator("gw/d"), Generator("gw/e"));

        var reply = await server.GetAsync("/targets/gw");

        (reply.Status, reply.Body, reply["Retry-After"]).Should().Be((503, Miss, "5"));
        (await server.DrainAsync()).Should().BeEquivalentTo("/targets/gw/d", "/targets/gw/e");
    }

    [Theory]
    [InlineData("gw/a", "gw/b", Expired)]
    [InlineData("gw/b", "gw/a", Miss)]
    public async Task Of_two_errors_the_first_in_path_order_is_the_answer(string expired, string missing, string body)
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator(expired), Body, cacheTtl: AtOnce);
        await server.PublishQuietlyAsync(Generator(expired), Generator(missing), Generator("gw/c"));
        await Task.Delay(20, TestContext.Current.CancellationToken);

        var reply = await server.GetAsync("/targets/gw");

        (reply.Status, reply.ContentType, reply.Body, reply["Retry-After"]).Should().Be((503, "application/json", body, "5"));
        (await server.DrainAsync()).Should().BeEquivalentTo("/targets/gw/a", "/targets/gw/b", "/targets/gw/c");
    }

    [Fact]
    public async Task A_part_that_no_job_can_be_enqueued_for_makes_the_whole_a_full_queue()
    {
        await using var server = await TestServer.StartAsync(redis.Server, ["--Queue:MaxLength=1"]);
        await server.PublishWithListAsync(Generator("gw/a"), Body);
        await server.PublishQuietlyAsync(Generator("gw/a"), Generator("gw/b"), Generator("other"));
        await server.GetAsync("/targets/other");

        var reply = await server.GetAsync("/targets/gw");

        (reply.Status, reply.ContentType, reply.Body, reply["Retry-After"]).Should().Be((503, "application/json", QueueFull, "5"));
    }

    [Fact]
    public async Task The_compatibility_switch_counts_for_a_prefix_too()
    {
        await using var server = await TestServer.StartAsync(redis.Server, ["--Server:MissStatusCode=200"]);
        await server.PublishQuietlyAsync(Generator("gw/a"), Generator("gw/b"));

        var reply = await server.GetAsync("/targets/gw");

        (reply.Status, reply.ContentType, reply.Body).Should().Be((200, "application/json", Miss));
    }

    [Fact]
    public async Task A_joined_list_has_a_length_a_head_and_a_tag_for_each_encoding()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishAsync(Generator("gw/a"), Generator("gw/b"));
        var (first, second) = (BigBody(300_000, "a"), BigBody(200_000, "b"));
        while (await server.ClaimAsync() is { } job)
            await server.RunAsync(job, job.FullPath == "/targets/gw/a" ? first : second);
        var whole = first[..^1] + "," + second[1..];

        var plain = await server.GetAsync("/targets/gw");
        (plain.Body == whole, plain["Content-Length"], plain["Content-Encoding"]).Should().Be((true, $"{whole.Length}", null));
        using var head = new HttpRequestMessage(HttpMethod.Head, "/targets/gw");
        var headers = await server.SendAsync(head);
        (headers.Status, headers.Body, headers["Content-Length"], headers["ETag"]).Should().Be((200, "", $"{whole.Length}", plain["ETag"]));

        var gzip = await server.GetAsync("/targets/gw", ("Accept-Encoding", "gzip"));
        (gzip["Content-Encoding"], gzip.ContentType, gzip["ETag"]).Should().Be(("gzip", "application/json", plain["ETag"]![..^1] + "-gzip\""));
        (HttpFormTests.Unzip(gzip.Bytes) == whole, gzip.Bytes.Length < whole.Length / 4).Should().Be((true, true));
        foreach (var tag in new[] { plain["ETag"]!, gzip["ETag"]! })
            (await server.GetAsync("/targets/gw", ("Accept-Encoding", "gzip"), ("If-None-Match", tag))).Status.Should().Be(304);
    }

    [Fact]
    public void Lists_that_together_are_larger_than_an_array_can_be_are_joined()
    {
        var part = new byte[1 << 20];
        (part[0], part[^1]) = ((byte)'[', (byte)']');

        var list = new JoinedList([.. Enumerable.Repeat(new ListBody("\"a\"", part), 3000), new ListBody("\"b\"", "[]"u8.ToArray())]);

        list.Length.Should().Be((3000L * ((1 << 20) - 2)) + 2999 + 2);
        list.Pieces().Sum(p => (long)p.Length).Should().Be(list.Length);
    }

    [Fact]
    public async Task A_miss_and_debug_are_under_the_server_s_own_prefix_too()
    {
        await using var server = await TestServer.StartAsync(redis.Server, ["--Server:PathPrefix=/sd"]);
        await server.PublishQuietlyAsync(Generator("x"));

        var miss = await server.GetAsync("/sd/targets/x");
        (miss.Status, miss.Body, miss["Retry-After"]).Should().Be((503, Miss, "5"));
        (await server.DrainAsync()).Should().Equal("/targets/x");
        (await server.GetAsync("/sd/targets/x?debug=true&a=1")).Body.Should().StartWith(
            "{\"requested_path\":\"/sd/targets/x?a=1\",\"status\":\"no_debug_info\"");
        (await server.GetAsync("/targets/x?debug=true")).Status.Should().Be(404);
    }

    [Fact]
    public async Task A_generator_with_the_path_itself_is_no_prefix()
    {
        await using var server = await StartAsync();
        await server.PublishWithListAsync(Generator("gw"), Body);

        (await server.GetAsync("/targets/gw")).Body.Should().Be(Body);
    }

    [Fact]
    public async Task A_stale_part_marks_the_whole()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishAsync(Generator("gw/a"), Generator("gw/b"));
        await server.RunNextAsync(Body, AtOnce, TimeSpan.FromHours(1));
        await server.RunNextAsync(Body);
        await Task.Delay(20, TestContext.Current.CancellationToken);

        (await server.GetAsync("/targets/gw"))["X-Httpsd-Stale"].Should().Be("true");
    }

    [Fact]
    public async Task Everything_is_under_the_server_s_own_prefix()
    {
        await using var server = await TestServer.StartAsync(redis.Server, ["--Server:PathPrefix=sd/v1"]);
        await server.PublishWithListAsync(Generator("x"), Body);

        for (var i = 0; i < 2; i++)
            (await server.GetAsync("/sd/v1/targets/x")).Body.Should().Be(Body);
        foreach (var url in new[] { "/sd/v1/healthz", "/sd/v1/readyz", "/sd/v1/metrics", "/sd/v1/", "/healthz", "/readyz", "/metrics" })
            (await server.GetAsync(url)).Status.Should().Be(200, url);
        foreach (var url in new[] { "/targets/x", "/", "/sd/v1x/targets/x" })
            (await server.GetAsync(url)).Status.Should().Be(404, url);
        (await server.GetAsync("/sd/v1/targets/x?reload=true")).Body.Should().Contain("\"path\":\"/sd/v1/targets/x?\"");
    }

    private async Task<TestServer> StartAsync()
    {
        var server = await TestServer.StartAsync(redis.Server);
        await server.PublishAsync(Generator("gw/a"), Generator("gw/b"), Generator("gw/c"));
        foreach (var _ in Enumerable.Range(0, 3))
        {
            var job = (await server.ClaimAsync())!;
            await server.RunAsync(job, job.FullPath switch { "/targets/gw/a" => Body, "/targets/gw/b" => OtherBody, _ => "[]" });
        }
        return server;
    }
}
