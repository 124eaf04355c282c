using HttpSd.Core.Definitions;
using HttpSd.Redis.Cache;
using static HttpSd.SdServer.Tests.Generators;

namespace HttpSd.SdServer.Tests;

public sealed class ReloadTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const string Cleared = "Cache cleared and job enqueued for regeneration. Please try again without ?reload=true";

    [Fact]
    public async Task A_reload_clears_the_last_good_result_and_enqueues()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator("my-service"), Body);
        (await server.GetAsync("/targets/my-service")).Body.Should().Be(Body);

        (await ReloadAsync(server, "/targets/my-service?reload=true")).Should().Be(Answer("/targets/my-service?", "true", "false"));
        (await server.GetAsync("/targets/my-service")).Body.Should().Be(Miss);
        await server.RunNextAsync(OtherBody);
        (await server.GetAsync("/targets/my-service")).Body.Should().Be(OtherBody);
    }

    [Fact]
    public async Task A_reload_says_what_it_cleared_and_what_was_asked_for()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishAsync(Generator("x"));
        await server.FailNextAsync("ValueError", "bad", "", TimeSpan.FromMinutes(5));

        (await ReloadAsync(server, "/targets/x/?reload=true&debug=true")).Should().Be(Answer("/targets/x/?debug=true", "false", "true"));
        (await ReloadAsync(server, "/targets/x?b=%20&reload=true&a=1")).Should().Be(Answer("/targets/x?b=%20&a=1", "false", "false"));
        (await server.DrainAsync()).Should().BeEquivalentTo("/targets/x", "/targets/x?a=1&b=%20");
    }

    [Fact]
    public async Task A_list_that_a_quick_run_has_replaced_by_the_time_it_is_cleared_counts_as_cleared()
    {
        await using var server = await TestServer.StartAsync(redis.Server, ["--Server:ReloadInterval=0s"]);
        await server.PublishWithListAsync(Generator("x"), Body);
        using var stop = new CancellationTokenSource();
        var worker = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                if (await server.ClaimAsync() is { } job)
                    await server.RunAsync(job, Body);
            }
        });

        for (var i = 0; i < 300; i++)
        {
            (await server.GetAsync("/targets/x", ("Prefer", "wait=5"))).Body.Should().Be(Body);
            (await ReloadAsync(server, "/targets/x?reload=true")).Should().Be(Answer("/targets/x?", "true", "false"));
        }
        await stop.CancelAsync();
        await worker;
    }

    [Fact]
    public async Task A_run_that_was_under_way_may_not_store()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishAsync(Generator("x"));
        var old = (await server.ClaimAsync())!;

        await server.GetAsync("/targets/x?reload=true");
        (await server.RunAsync(old, Body)).Should().Be(CommitOutcome.Superseded);

        (await server.GetAsync("/targets/x")).Body.Should().Be(Miss);
        await server.RunNextAsync(OtherBody);
        (await server.GetAsync("/targets/x")).Body.Should().Be(OtherBody);
    }

    [Fact]
    public async Task What_could_not_be_made_again_stays()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator("a"), Body);
        await server.PublishQuietlyAsync(
            Generator("a") with { Suspend = true }, Generator("b") with { Runtime = GeneratorRuntime.Static });

        (await ReloadAsync(server, "/targets/a?reload=true")).Should().Be(Answer("/targets/a?", "false", "false",
            "Nothing was cleared and no job was enqueued. The generator is suspended: no run would make its list again, so the last good one stays. Set suspend to false first"));
        (await ReloadAsync(server, "/targets/b?reload=true")).Should().Be(Answer("/targets/b?", "false", "false",
            "Nothing was cleared and no job was enqueued. The targets stand in the definition itself (staticTargets): there is nothing to generate"));
        (await ReloadAsync(server, "/targets/?reload=true")).Should().Be(Answer("/targets/?", "false", "false",
            "Nothing was cleared and no job was enqueued. Nothing would make these lists again, so they stay: a (suspended), b (staticTargets)"));

        (await server.GetAsync("/targets/a")).Body.Should().Be(Body);
        (await server.GetAsync("/targets/b")).Body.Should().Be(TestServer.StaticBody);
        (await server.DrainAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_prefix_reloads_all_below_it()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishAsync(Generator("gw/a"), Generator("gw/b"), Generator("other"));
        (await server.ClaimAsync())!.FullPath.Should().NotBeNull();
        await server.DrainAsync();

        (await ReloadAsync(server, "/targets/gw?reload=true&n=1")).Should().Be(Answer("/targets/gw?n=1", "false", "false"));

        (await server.DrainAsync()).Should().BeEquivalentTo("/targets/gw/a?n=1", "/targets/gw/b?n=1");
    }

    [Theory]
    [InlineData("gw/a")]
    [InlineData("gw/b")]
    public async Task A_prefix_has_cleared_something_if_any_below_it_had_a_list(string listed)
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishQuietlyAsync(Generator("gw/a"), Generator("gw/b"));
        await server.GetAsync("/targets/" + listed);
        await server.RunNextAsync(Body);
        await server.GetAsync("/targets/gw");
        await server.FailNextAsync("ValueError", "bad", "", TimeSpan.FromMinutes(5));

        (await ReloadAsync(server, "/targets/gw?reload=true")).Should().Be(Answer("/targets/gw?", "true", "true"));

        (await server.GetAsync("/targets/" + listed)).Body.Should().Be(Miss);
        (await server.DrainAsync()).Should().BeEquivalentTo("/targets/gw/a", "/targets/gw/b");
    }

    [Fact]
    public async Task Of_a_prefix_the_answer_names_what_was_kept()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishAsync([.. Enumerable.Range(0, 12).Select(i => Generator($"gw/s{i:d2}") with { Suspend = true }), Generator("gw/x")]);
        await server.RunNextAsync(Body);

        (await ReloadAsync(server, "/targets/gw?reload=true")).Should().Be(Answer("/targets/gw?", "true", "false",
            Cleared + ". Not cleared, because nothing would make these lists again: "
            + string.Join(", ", Enumerable.Range(0, 10).Select(i => $"gw/s{i:d2} (suspended)")) + " and 2 more"));
    }

    private static async Task<string> ReloadAsync(TestServer server, string url)
    {
        var reply = await server.GetAsync(url);
        (reply.Status, reply.ContentType).Should().Be((200, "application/json"));
        return reply.Body;
    }

    private static string Answer(string path, string cleared, string errorCleared, string message = Cleared) =>
        $"{{\"status\":\"reload_initiated\",\"message\":\"{message}\",\"path\":\"{path}\",\"cache_cleared\":{cleared},\"error_cache_cleared\":{errorCleared}}}";
}
