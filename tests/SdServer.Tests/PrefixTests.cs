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
