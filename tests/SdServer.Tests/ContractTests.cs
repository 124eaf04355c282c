using HttpSd.Redis.Connection;
using Microsoft.Extensions.DependencyInjection;
using static HttpSd.SdServer.Tests.Generators;

namespace HttpSd.SdServer.Tests;

public sealed class ContractTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task A_first_request_misses_and_the_result_of_its_job_is_served()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishQuietlyAsync(Generator("my-service"));

        var miss = await server.GetAsync("/targets/my-service");
        (miss.Status, miss.ContentType, miss.Body, miss["Retry-After"]).Should().Be((503, "application/json", Miss, "5"));

        await server.RunNextAsync(Body);
        var hit = await server.GetAsync("/targets/my-service");
        (hit.Status, hit.ContentType, hit.Body, hit["Age"]).Should().Be((200, "application/json", Body, "0"));
        hit["X-Httpsd-Stale"].Should().BeNull();
        DateTimeOffset.Parse(hit["Last-Modified"]!, null).Should().BeCloseTo(TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(30));

        var again = await server.GetAsync("/targets/my-service");
        (again.Status, again.ContentType, again.Body, again["ETag"]).Should().Be((200, "application/json", Body, hit["ETag"]));
    }

    [Theory]
    [InlineData("/targets/grp/st", 200)]
    [InlineData("/targets/grp%2Fst", 200)]
    [InlineData("/targets/grp%2fs%74", 200)]
    [InlineData("/targets/grp%2Fst%2F", 200)]
    [InlineData("/targets/grp%252Fst", 404)]
    [InlineData("/targets/x%2F..%2Fgrp%2Fst", 404)]
    [InlineData("/targets/grp%2F%2e%2Fst", 404)]
    [InlineData("/targets/grp%2F%2Fst", 404)]
    public async Task A_path_is_found_by_what_it_decodes_to(string url, int status)
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator("grp/st"), Body);

        (await server.GetRawAsync(url)).Status.Should().Be(status);
    }

    [Theory]
    [InlineData("/targets/unknown")]
    [InlineData("/targets/known/below")]
    [InlineData("/targets//known")]
    [InlineData("/targets/known//")]
    [InlineData("/targets//")]
    [InlineData("/targets/kno")]
    [InlineData("/targets/known%2Fx?debug=true")]
    [InlineData("/targets/unknown?reload=true")]
    [InlineData("/targetsknown")]
    [InlineData("/elsewhere")]
    public async Task An_unknown_path_is_not_found_and_enqueues_nothing(string url)
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishQuietlyAsync(Generator("known"));

        var reply = await server.GetAsync(url);

        (reply.Status, reply.ContentType, reply.Body).Should().Be((404, "application/json", """{"error":"not found"}"""));
        (await server.DrainAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_trailing_slash_and_an_encoded_path_are_the_same_path()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator("team/my-service"), Body);

        foreach (var url in new[] { "/targets/team/my-service", "/targets/team/my-service/", "/targets/team/my%2Dservice", "/targets/team/my-service?" })
            (await server.GetAsync(url)).Body.Should().Be(Body, url);
        (await server.DrainAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_result_past_its_TTL_is_expired_and_a_job_is_enqueued()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator("x"), Body, cacheTtl: AtOnce);
        await Task.Delay(20, TestContext.Current.CancellationToken);

        var reply = await server.GetAsync("/targets/x");

        (reply.Status, reply.ContentType, reply.Body, reply["Retry-After"]).Should().Be((503, "application/json", Expired, "5"));
        (await server.DrainAsync()).Should().Equal("/targets/x");
    }

    [Fact]
    public async Task A_stale_result_is_served_and_marked_while_one_refresh_is_queued()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator("x"), Body, cacheTtl: AtOnce, staleTtl: TimeSpan.FromHours(1));
        await Task.Delay(20, TestContext.Current.CancellationToken);

        for (var i = 0; i < 3; i++)
        {
            var reply = await server.GetAsync("/targets/x");
            (reply.Status, reply.Body, reply["X-Httpsd-Stale"]).Should().Be((200, Body, "true"));
        }
        (await TestServer.EventuallyAsync(server.DrainAsync, jobs => jobs.Count > 0)).Should().Equal("/targets/x");
    }

    [Fact]
    public async Task A_result_is_gone_after_its_retention()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator("x"), Body, cacheTtl: AtOnce, retention: AtOnce);
        // What is left of it, but for the ten minutes that a poll may announce.
        await server.OnRedisAsync(async db =>
        {
            var body = server.KeyPrefix + "httpsd:t:{/targets/x}:v";
            (await db.KeyTimeToLiveAsync(body)).Should().BeCloseTo(TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(30));
            await db.KeyExpireAsync(body, AtOnce);
        });
        await Task.Delay(50, TestContext.Current.CancellationToken);

        (await server.GetAsync("/targets/x")).Body.Should().Be(Miss);
    }

    [Fact]
    public async Task A_TTL_shorter_than_the_poll_interval_stays_200_under_polling()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator("x"), Body, cacheTtl: AtOnce);
        await Task.Delay(20, TestContext.Current.CancellationToken);

        var reply = await server.GetAsync("/targets/x", ("X-Prometheus-Refresh-Interval-Seconds", "60"));

        (reply.Status, reply.Body, reply["X-Httpsd-Stale"]).Should().Be((200, Body, null));
        (await TestServer.EventuallyAsync(server.DrainAsync, jobs => jobs.Count > 0)).Should().Equal("/targets/x");
    }

    [Fact]
    public async Task However_short_the_retention_is_a_healthy_path_does_not_expire_between_two_polls()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        var second = TimeSpan.FromSeconds(1);
        await server.PublishWithListAsync(Generator("x"), Body, second, TimeSpan.Zero, retention: second);

        await Task.Delay(2300, TestContext.Current.CancellationToken);

        var reply = await server.GetAsync("/targets/x", ("X-Prometheus-Refresh-Interval-Seconds", "60"));
        (reply.Status, reply.Body, reply["X-Httpsd-Stale"]).Should().Be((200, Body, null));
    }

    [Fact]
    public async Task An_age_counts_the_seconds_since_the_list_was_stored()
    {
        var time = new ShiftedTime();
        await using var server = await TestServer.StartAsync(redis.Server, ["--Server:LocalFreshness=1m"], time: time);
        await server.PublishWithListAsync(Generator("x"), Body);
        await server.OnRedisAsync(async db =>
        {
            var meta = server.KeyPrefix + "httpsd:t:{/targets/x}:m";
            await db.HashDecrementAsync(meta, "at", 100_000);
        });

        var read = Age(await server.GetAsync("/targets/x"));
        read.Should().BeInRange(100, 115);
        time.Advance(TimeSpan.FromSeconds(30));
        Age(await server.GetAsync("/targets/x")).Should().BeInRange(read + 30, read + 45, "from memory, too");

        static int Age(Reply reply) => int.Parse(reply["Age"]!, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData("0.5")]
    [InlineData("abc")]
    [InlineData("1e300")]
    [InlineData("-1")]
    [InlineData("NaN")]
    public async Task Any_announced_interval_is_taken(string interval)
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator("x"), Body);

        (await server.GetAsync("/targets/x", ("X-Prometheus-Refresh-Interval-Seconds", interval))).Status.Should().Be(200);
    }

    [Fact]
    public async Task A_suspended_generator_serves_its_last_list_and_enqueues_nothing()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator("x"), Body, cacheTtl: AtOnce);
        await server.PublishQuietlyAsync(Generator("x") with { Suspend = true }, Generator("y") with { Suspend = true });
        await Task.Delay(20, TestContext.Current.CancellationToken);

        var reply = await server.GetAsync("/targets/x");
        (reply.Status, reply.Body, reply["X-Httpsd-Stale"]).Should().Be((200, Body, "true"));
        (await server.GetAsync("/targets/y")).Body.Should().Be(Miss);
        (await server.DrainAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task After_a_failure_nothing_is_enqueued_until_the_backoff_is_over()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishAsync(Generator("x"));
        await server.FailNextAsync("ValueError", "bad", "", TimeSpan.FromSeconds(42.5));

        var reply = await server.GetAsync("/targets/x");

        (reply.Status, reply.Body).Should().Be((503, Miss));
        int.Parse(reply["Retry-After"]!, null).Should().BeInRange(38, 43);
        (await server.DrainAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_changed_definition_is_asked_for_while_the_old_list_is_served()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator("x"), Body);
        await server.PublishQuietlyAsync(Generator("x") with { Timeout = TimeSpan.FromSeconds(7) });

        (await server.GetAsync("/targets/x")).Body.Should().Be(Body);
        (await TestServer.EventuallyAsync(server.DrainAsync, jobs => jobs.Count > 0)).Should().Equal("/targets/x");
    }

    [Fact]
    public async Task A_full_queue_is_a_503_of_its_own()
    {
        await using var server = await TestServer.StartAsync(redis.Server, ["--Queue:MaxLength=1"]);
        await server.PublishQuietlyAsync(Generator("a"), Generator("b"));

        (await server.GetAsync("/targets/a")).Body.Should().Be(Miss);
        var reply = await server.GetAsync("/targets/b");

        (reply.Status, reply.ContentType, reply.Body, reply["Retry-After"]).Should()
            .Be((503, "application/json", """{"error":"queue full"}""", "5"));
    }

    [Fact]
    public async Task Misses_and_expired_lists_are_200_when_compatibility_is_asked_for()
    {
        await using var server = await TestServer.StartAsync(redis.Server, ["--Server:MissStatusCode=200"]);
        await server.PublishWithListAsync(Generator("x"), Body, cacheTtl: AtOnce);
        await server.PublishQuietlyAsync(Generator("x"), Generator("y"));
        await Task.Delay(20, TestContext.Current.CancellationToken);

        var expired = await server.GetAsync("/targets/x");
        var miss = await server.GetAsync("/targets/y");

        (expired.Status, expired.ContentType, expired.Body).Should().Be((200, "application/json", Expired));
        (miss.Status, miss.ContentType, miss.Body).Should().Be((200, "application/json", Miss));
    }

    [Fact]
    public async Task An_empty_list_is_served_only_in_its_configured_form()
    {
        await using var array = await TestServer.StartAsync(redis.Server);
        await array.PublishWithListAsync(Generator("x"), "[]");
        await using var group = await TestServer.StartAsync(redis.Server, ["--Server:EmptyList=group"], array.KeyPrefix);
        await TestServer.EventuallyAsync(() => group.GetAsync("/readyz"), r => r.Status == 200);

        (await array.GetAsync("/targets/x")).Body.Should().Be("[]");
        for (var i = 0; i < 2; i++)
            (await group.GetAsync("/targets/x")).Body.Should().Be("""[{"targets":[]}]""");
        (await group.GetAsync("/targets/")).Body.Should().Be("""[{"targets":[]}]""");
    }

    [Fact]
    public async Task Forty_eight_misses_at_once_make_one_job()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishQuietlyAsync(Generator("x"));

        var replies = await Task.WhenAll(Enumerable.Range(0, 48).Select(_ => server.GetAsync("/targets/x")));

        replies.Should().OnlyContain(r => r.Status == 503 && r.Body == Miss);
        (await server.DrainAsync()).Should().Equal("/targets/x");
    }

    [Fact]
    public async Task Definitions_that_were_never_seen_are_no_404()
    {
        await using var server = await TestServer.StartAsync(redis.Server);

        var reply = await server.GetAsync("/targets/x");

        (reply.Status, reply.Body).Should().Be((503, StoreUnavailable));
        (await server.GetAsync("/readyz")).Status.Should().Be(503);
        (await server.GetAsync("/healthz")).Status.Should().Be(200);
        // It is there all the time; nobody waits for the connection.
        (await TestServer.EventuallyAsync(() => Task.FromResult(server.Services.GetRequiredService<RedisConnection>().IsConnected), connected => connected))
            .Should().BeTrue();
    }
}
