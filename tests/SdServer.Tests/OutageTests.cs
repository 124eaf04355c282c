using System.Diagnostics;
using HttpSd.Redis.Queue;
using static HttpSd.SdServer.Tests.Generators;

namespace HttpSd.SdServer.Tests;

/// <summary>Redis hangs, dies, comes back empty; each test has a Redis of its own.</summary>
public sealed class OutageTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task While_Redis_is_away_the_last_known_list_is_served_also_past_its_TTL(bool hangs)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = await StartAsync(redis);
        await server.PublishWithListAsync(Generator("x"), Body, cacheTtl: TimeSpan.FromSeconds(1));
        (await server.GetAsync("/targets/x")).Body.Should().Be(Body);

        if (hangs)
            redis.Stop();
        else
            redis.Kill();
        await Task.Delay(1200, TestContext.Current.CancellationToken);

        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 50; i++)
        {
            var reply = await server.GetAsync("/targets/x");
            (reply.Status, reply.ContentType, reply.Body, reply["X-Httpsd-Stale"]).Should().Be((200, "application/json", Body, "true"));
        }
        clock.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(4), "one request waits for Redis, not each of them");

        var never = await server.GetAsync("/targets/x?never=seen");
        (never.Status, never.ContentType, never.Body, never["Retry-After"]).Should().Be((503, "application/json", StoreUnavailable, "5"));
        (await server.GetAsync("/targets/unknown")).Status.Should().Be(404);
        (await server.GetAsync("/readyz")).Status.Should().Be(200);
        (await server.GetAsync("/targets/x?reload=true")).Body.Should().Be(StoreUnavailable);
        (await server.GetAsync("/targets/x?debug=true")).Body.Should().Be(StoreUnavailable);
        (await server.MetricAsync("httpsd_redis_up")).Should().Be(0);
        (await server.MetricAsync("httpsd_update_queue_jobs{status=\"pending\",pool=\"default\"}")).Should().BeNull();
    }

    [Fact]
    public async Task The_page_shows_what_is_served_and_says_that_Redis_is_away()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = await StartAsync(redis);
        await server.PublishWithListAsync(Generator("x"), Body);
        await server.GetAsync("/targets/x");
        (await server.GetAsync("/")).Body.Should().NotContain("Redis is away");

        redis.Kill();
        await TestServer.EventuallyAsync(() => server.GetAsync("/targets/x"), r => r["X-Httpsd-Stale"] == "true");

        (await server.GetAsync("/")).Body.Should().Contain("Redis is away").And.MatchRegex("x</a><td>python<td class=n>[0-9]+<td>[0-9]+s<td");
    }

    [Fact]
    public async Task A_server_recovers_by_itself_when_Redis_goes_on()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = await StartAsync(redis);
        await server.PublishWithListAsync(Generator("x"), Body);
        await server.GetAsync("/targets/x");
        redis.Stop();
        (await TestServer.EventuallyAsync(() => server.GetAsync("/targets/x"), r => r["X-Httpsd-Stale"] == "true")).Body.Should().Be(Body);

        redis.Continue();

        var back = await TestServer.EventuallyAsync(() => server.GetAsync("/targets/x"), r => r["X-Httpsd-Stale"] is null);
        (back.Status, back.Body).Should().Be((200, Body));
        (await server.MetricAsync("httpsd_redis_up")).Should().Be(1);
    }

    [Fact]
    public async Task A_Redis_that_comes_back_empty_fills_again_and_no_list_vanishes_meanwhile()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = await StartAsync(redis);
        await server.PublishWithListAsync(Generator("x"), Body);
        await server.GetAsync("/targets/x");
        redis.Kill();
        (await TestServer.EventuallyAsync(() => server.GetAsync("/targets/x"), r => r["X-Httpsd-Stale"] == "true")).Body.Should().Be(Body);

        await redis.RestartAsync();

        ClaimedJob? job = null;
        for (var left = 100; job is null && left > 0; left--)
        {
            var reply = await server.GetAsync("/targets/x");
            (reply.Status, reply.Body, reply["X-Httpsd-Stale"]).Should().Be((200, Body, "true"));
            job = await server.TryClaimAsync();
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        job!.FullPath.Should().Be("/targets/x");
        await server.RunAsync(job, OtherBody);
        (await TestServer.EventuallyAsync(() => server.GetAsync("/targets/x"), r => r["X-Httpsd-Stale"] is null)).Body.Should().Be(OtherBody);
    }

    [Fact]
    public async Task Without_contact_for_too_long_a_list_is_no_longer_served()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = await StartAsync(redis, "--Server:StaleIfError=500ms");
        await server.PublishWithListAsync(Generator("x"), Body);
        (await server.GetAsync("/targets/x")).Body.Should().Be(Body);
        redis.Kill();
        await Task.Delay(700, TestContext.Current.CancellationToken);

        (await server.GetAsync("/targets/x")).Body.Should().Be(StoreUnavailable);
    }

    [Fact]
    public async Task A_server_that_starts_before_Redis_serves_when_it_comes()
    {
        await using var redis = await RedisServer.StartAsync();
        redis.Kill();
        await using var server = await StartAsync(redis);
        (await server.GetAsync("/targets/x")).Body.Should().Be(StoreUnavailable);

        await redis.RestartAsync();
        await TestServer.EventuallyAsync(
            async () =>
            {
                try
                {
                    await server.PublishWithListAsync(Generator("x"), Body);
                    return true;
                }
                catch (HttpSd.Redis.Connection.StoreUnavailableException)
                {
                    return false;
                }
            },
            published => published);

        (await TestServer.EventuallyAsync(() => server.GetAsync("/targets/x"), r => r.Status == 200)).Body.Should().Be(Body);
    }

    [Fact]
    public async Task In_an_outage_a_list_that_was_never_fetched_gzipped_goes_out_plain()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = await StartAsync(redis);
        var body = BigBody(60_000);
        await server.PublishWithListAsync(Generator("x"), body);
        var plain = await server.GetAsync("/targets/x");
        redis.Kill();
        await Task.Delay(100, TestContext.Current.CancellationToken);

        var reply = await server.GetAsync("/targets/x", ("Accept-Encoding", "gzip"));

        (reply.Status, reply["Content-Encoding"], reply["ETag"]).Should().Be((200, null, plain["ETag"]));
        reply.Body.Should().Be(body);
    }

    [Fact]
    public async Task After_a_step_back_of_Redis_clock_an_age_is_0_and_not_less()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = await StartAsync(redis);
        await server.PublishWithListAsync(Generator("x"), Body);
        await server.OnRedisAsync(db => db.HashIncrementAsync(server.KeyPrefix + "httpsd:t:{/targets/x}:m", "at", 3_600_000));
        (await server.GetAsync("/targets/x"))["Age"].Should().Be("0");
        redis.Kill();
        await Task.Delay(100, TestContext.Current.CancellationToken);

        var reply = await server.GetAsync("/targets/x");

        (reply.Status, reply["X-Httpsd-Stale"], reply["Age"]).Should().Be((200, "true", "0"));
    }

    [Fact]
    public async Task What_Redis_refuses_of_one_path_is_no_outage_for_the_others()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var server = await StartAsync(redis);
        await server.PublishAsync(Generator("x"), Generator("y"));
        while (await server.ClaimAsync() is { } job)
            await server.RunAsync(job, Body);
        await server.OnRedisAsync(db => db.StringSetAsync(server.KeyPrefix + "httpsd:t:{/targets/x}:m", "of another type"));

        for (var i = 0; i < 5; i++)
        {
            var refused = await server.GetAsync("/targets/x");
            (refused.Status, refused.Body).Should().Be((503, StoreUnavailable));
            await server.MetricAsync("httpsd_redis_up");
            var other = await server.GetAsync("/targets/y");
            (other.Status, other.Body, other["X-Httpsd-Stale"]).Should().Be((200, Body, null));
            await Task.Delay(60, TestContext.Current.CancellationToken);
        }
    }

    private static Task<TestServer> StartAsync(RedisServer redis, params string[] settings) =>
        TestServer.StartAsync(redis, ["--Server:LocalFreshness=50ms", "--Redis:CommandTimeout=500ms", .. settings]);
}
