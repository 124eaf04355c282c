using HttpSd.Core.Definitions;
using HttpSd.Redis.Definitions;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using static HttpSd.SdServer.Tests.Generators;

namespace HttpSd.SdServer.Tests;

/// <summary>The store answers, but has lost what this server still knows; each test has a Redis of its own.</summary>
public sealed class LostListTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_loss_than_a_reload_does_not_make_a_list_vanish()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = await StartAsync(redis);
        await server.PublishWithListAsync(Generator("x"), Body);
        var tag = (await server.GetAsync("/targets/x"))["ETag"];

        await FlushAsync(redis);
        await server.PublishQuietlyAsync(Generator("x"));
        await Task.Delay(100, Stop);

        for (var i = 0; i < 3; i++)
        {
            var reply = await server.GetAsync("/targets/x");
            (reply.Status, reply.Body, reply["X-Httpsd-Stale"], reply["ETag"]).Should().Be((200, Body, "true", tag));
        }
        (await server.MetricAsync("httpsd_path_requests_total{path=\"x\",status=\"success\"}")).Should().Be(4);
        (await server.MetricAsync("httpsd_cache_operations_total{operation=\"stale\"}")).Should().Be(3);
        (await server.GetAsync("/targets/x", ("If-None-Match", tag!))).Status.Should().Be(304);
        (await server.GetAsync("/targets/", ("Accept-Encoding", "gzip")))["X-Httpsd-Stale"].Should().Be("true");

        (await server.GetAsync("/")).Body.Should().MatchRegex("x</a><td>python<td class=n>[0-9]+<td>[0-9]+s<td", "the page shows what is served");

        await server.RunNextAsync(OtherBody);
        var renewed = await server.GetAsync("/targets/x");
        (renewed.Status, renewed.Body, renewed["X-Httpsd-Stale"]).Should().Be((200, OtherBody, null));
    }

    [Theory]
    [InlineData(":v")]
    [InlineData(":m")]
    public async Task An_evicted_list_is_served_while_one_job_makes_it_anew(string key)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = await StartAsync(redis);
        await server.PublishWithListAsync(Generator("x"), Body);
        await server.GetAsync("/targets/x");

        await DeleteAsync(server, key);
        await Task.Delay(100, Stop);

        var reply = await server.GetAsync("/targets/x");
        (reply.Status, reply.Body, reply["X-Httpsd-Stale"]).Should().Be((200, Body, "true"));
        await server.RunNextAsync(Body);
        (await server.GetAsync("/targets/x"))["X-Httpsd-Stale"].Should().BeNull();
    }

    [Fact]
    public async Task A_failed_run_does_not_replace_what_was_lost()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = await StartAsync(redis);
        await server.PublishWithListAsync(Generator("x"), Body);
        await server.GetAsync("/targets/x");
        await FlushAsync(redis);
        await server.PublishAsync(Generator("x"));

        await server.FailNextAsync("ValueError", "bad", "", TimeSpan.FromMinutes(5));
        await Task.Delay(100, Stop);

        (await server.GetAsync("/targets/x")).Body.Should().Be(Body);
        (await server.DrainAsync()).Should().BeEmpty("the backoff holds");
    }

    [Fact]
    public async Task What_is_lost_is_served_no_longer_than_in_an_outage()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = await StartAsync(redis, "--Server:StaleIfError=500ms");
        await server.PublishWithListAsync(Generator("x"), Body);
        await server.GetAsync("/targets/x");
        await DeleteAsync(server, ":v");

        await Task.Delay(700, Stop);

        (await server.GetAsync("/targets/x")).Body.Should().Be(Miss);
    }

    [Fact]
    public async Task A_list_whose_time_was_over_was_not_lost()
    {
        await using var redis = await RedisServer.StartAsync();
        var time = new ShiftedTime();
        await using var server = await TestServer.StartAsync(redis, ["--Server:LocalFreshness=50ms"], time: time);
        await server.PublishWithListAsync(Generator("x"), Body, AtOnce, TimeSpan.FromMinutes(1), AtOnce);
        await server.OnRedisAsync(db => db.KeyExpireAsync(server.KeyPrefix + "httpsd:t:{/targets/x}:v", TimeSpan.FromMilliseconds(400)));
        (await server.GetAsync("/targets/x")).Body.Should().Be(Body);

        await Task.Delay(600, Stop);
        time.Advance(TimeSpan.FromSeconds(11));

        (await server.GetAsync("/")).Body.Should().Contain("x</a><td>python<td class=n>–<td>–<td", "nor does the page show it");
        (await server.GetAsync("/targets/x")).Body.Should().Be(Miss);
    }

    [Fact]
    public async Task A_suspended_generator_keeps_its_last_list()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = await StartAsync(redis);
        await server.PublishWithListAsync(Generator("x"), Body);
        await server.GetAsync("/targets/x");
        await server.PublishQuietlyAsync(Generator("x") with { Suspend = true });
        await FlushAsync(redis);
        await server.PublishAsync(Generator("x") with { Suspend = true });

        (await server.GetAsync("/targets/x")).Body.Should().Be(Body);
        (await server.DrainAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_deleted_generator_s_list_is_not_that_of_a_new_one_with_its_path()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = await StartAsync(redis);
        await server.PublishWithListAsync(Generator("x"), Body);
        await server.GetAsync("/targets/x");
        // Another publisher, so that this server sees neither the deletion nor its message in time.
        await using var other = await TestServer.StartAsync(redis, [], server.KeyPrefix);
        var publisher = other.Services.GetRequiredService<DefinitionPublisher>();

        await publisher.PublishAsync([], Stop);
        await Task.Delay(5, Stop);
        await other.PublishAsync(Generator("x"));
        await server.Services.GetRequiredService<DefinitionWatcher>().RefreshAsync(Stop);

        (await server.GetAsync("/targets/x")).Body.Should().Be(Miss);
    }

    [Fact]
    public async Task A_parameter_set_that_made_room_is_a_miss()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = await StartAsync(redis);
        await server.PublishWithListAsync(Generator("x") with { MaxVariants = 2, CacheTtl = TimeSpan.FromSeconds(1) }, Body);
        await server.GetAsync("/targets/x?n=1");
        await server.RunNextAsync(OtherBody);
        (await server.GetAsync("/targets/x?n=1")).Body.Should().Be(OtherBody);

        // As ADMIT does after ten minutes.
        await server.Cache.DeleteAsync(["/targets/x?n=1"], Stop);

        (await TestServer.EventuallyAsync(() => server.GetAsync("/targets/x?n=1"), r => r.Status == 503)).Body.Should().Be(Miss);
    }

    [Theory]
    [InlineData(":v")]
    [InlineData(null)]
    public async Task A_lost_static_list_is_back_at_once_also_on_a_server_that_never_knew_it(string? key)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = await StartAsync(redis);
        var generator = Generator("x") with { Runtime = GeneratorRuntime.Static };
        await server.PublishAsync(generator);
        if (key is not null)
            await DeleteAsync(server, key);
        else
            await DeleteAsync(server, ":v", ":m", ":z");

        var reply = await server.GetAsync("/targets/x");

        (reply.Status, reply.Body, reply["X-Httpsd-Stale"]).Should().Be((200, TestServer.StaticBody, null));
    }

    [Fact]
    public async Task A_static_list_is_served_while_its_definition_is_not_back()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = await StartAsync(redis);
        await server.PublishAsync(Generator("x") with { Runtime = GeneratorRuntime.Static });
        await server.GetAsync("/targets/x");

        await FlushAsync(redis);
        await Task.Delay(100, Stop);

        var reply = await server.GetAsync("/targets/x");
        (reply.Status, reply.Body, reply["X-Httpsd-Stale"]).Should().Be((200, TestServer.StaticBody, "true"));
    }

    private static Task<TestServer> StartAsync(RedisServer redis, params string[] settings) =>
        TestServer.StartAsync(redis, ["--Server:LocalFreshness=50ms", .. settings]);

    private static async Task FlushAsync(RedisServer redis)
    {
        await using var connection = await redis.ConnectAsync();
        await connection.GetServers()[0].FlushAllDatabasesAsync();
    }

    private static async Task DeleteAsync(TestServer server, params string[] suffixes)
    {
        await using var connection = await server.Redis.ConnectAsync();
        foreach (var suffix in suffixes)
            (await connection.GetDatabase().KeyDeleteAsync($"{server.KeyPrefix}httpsd:t:{{/targets/x}}{suffix}")).Should().Be(suffix != ":z");
    }
}
