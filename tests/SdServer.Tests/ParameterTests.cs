using HttpSd.Core.Definitions;
using static HttpSd.SdServer.Tests.Generators;

namespace HttpSd.SdServer.Tests;

public sealed class ParameterTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly GeneratorDefinition Declared = Generator("x") with
    {
        Parameters = [new("env", "prod", ["prod", "staging"]), new("zone")],
    };

    [Fact]
    public async Task Order_and_encoding_do_not_matter_and_defaults_are_filled_in()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishQuietlyAsync(Declared);
        (await server.GetAsync("/targets/x?zone=a%20b")).Body.Should().Be(Miss);
        await server.RunNextAsync(Body);

        foreach (var url in new[]
        {
            "/targets/x?zone=a+b", "/targets/x?env=prod&zone=a%20b", "/targets/x?zone=a+b&env=prod",
            "/targets/x/?%7Aone=a%20b&env=pro%64", "/targets/x?zone=a+b&zone=c", "/targets/x?zone=a+b&debug=false&reload=1",
        })
            (await server.GetAsync(url)).Body.Should().Be(Body, url);
        (await server.DrainAsync()).Should().BeEmpty();
    }

    [Theory]
    [InlineData("/targets/x?color=red", """{"error":"parameter 'color' is not known here, this generator takes env, zone"}""")]
    [InlineData("/targets/x?env=test", """{"error":"parameter 'env' is 'test', allowed are prod, staging"}""")]
    [InlineData("/targets/x?env=test&debug=true", """{"error":"parameter 'env' is 'test', allowed are prod, staging"}""")]
    [InlineData("/targets/x?env=test&reload=true", """{"error":"parameter 'env' is 'test', allowed are prod, staging"}""")]
    [InlineData("/targets/x?env=%22%3Cb%3E", """{"error":"parameter 'env' is '\"<b>', allowed are prod, staging"}""")]
    public async Task A_refused_parameter_is_named(string url, string body)
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishQuietlyAsync(Declared);

        var reply = await server.GetAsync(url);

        (reply.Status, reply.ContentType, reply.Body).Should().Be((400, "application/json", body));
        (await server.DrainAsync()).Should().BeEmpty();
    }

    [Theory]
    [InlineData("a=%zz", "parameter 'a' has '%zz', which is no percent-encoding (a percent sign is %25)")]
    [InlineData("a=%FF&debug=true", "parameter 'a' has '%FF', which is not UTF-8")]
    [InlineData("a=1%&reload=true", "parameter 'a' has '%', which is no percent-encoding (a percent sign is %25)")]
    [InlineData("a=b%00", "parameter 'a' has a control character (U+0000)")]
    [InlineData("a%0D%0A=b&reload=true", "parameter 'a\uFFFD\uFFFD' has a control character (U+000D)")]
    [InlineData("=b&debug=true", "a parameter has no name")]
    public async Task What_can_not_be_decoded_is_refused_by_name(string query, string problem)
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishQuietlyAsync(Generator("gw/x"), Generator("list") with { Runtime = GeneratorRuntime.Static });

        foreach (var path in new[] { "gw/x", "gw" })
        {
            var reply = await server.GetRawAsync($"/targets/{path}?{query}");
            (reply.Status, reply.ContentType, reply.Body).Should().Be((400, "application/json", $"{{\"error\":\"{problem}\"}}"), path);
        }
        (await server.GetRawAsync($"/targets/unknown?{query}")).Status.Should().Be(404);
        (await server.GetRawAsync("/targets/list?a=%zz&=%00")).Body.Should().Be(TestServer.StaticBody, "lists ignore parameters");
        (await server.DrainAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Two_parameters_in_one_variable_of_an_exec_script_are_refused_by_name()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishQuietlyAsync(Generator("x") with { Runtime = GeneratorRuntime.Exec });

        foreach (var suffix in new[] { "", "&debug=true", "&reload=true" })
        {
            var reply = await server.GetAsync("/targets/x?a-b=1&A.b=2" + suffix);
            (reply.Status, reply.ContentType, reply.Body).Should().Be((
                400, "application/json", """{"error":"parameters 'a-b' and 'A.b' are one environment variable, HTTPSD_PARAM_A_B"}"""));
        }
        (await server.DrainAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task One_parameter_set_too_many_is_refused_and_the_known_ones_go_on()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishQuietlyAsync(Generator("x") with { MaxVariants = 2 });
        (await server.GetAsync("/targets/x?n=1")).Body.Should().Be(Miss);

        foreach (var suffix in new[] { "", "&reload=true" })
        {
            var reply = await server.GetAsync("/targets/x?n=2" + suffix);
            (reply.Status, reply.Body).Should().Be(
                (400, """{"error":"this generator keeps at most 2 parameter sets (maxVariants), and all of them are in use"}"""));
        }
        await server.RunNextAsync(Body);
        (await server.GetAsync("/targets/x?n=1")).Body.Should().Be(Body);
    }

    [Theory]
    [InlineData(1, 9, false)]
    [InlineData(1, 11, true)]
    [InlineData(600, 11, false)]
    [InlineData(600, 21, true)]
    public async Task The_set_longest_not_asked_for_makes_room_after_ten_minutes_and_twice_its_TTL(int ttlSeconds, int idleMinutes, bool admitted)
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishQuietlyAsync(Generator("x") with { MaxVariants = 2, CacheTtl = TimeSpan.FromSeconds(ttlSeconds) });
        await server.GetAsync("/targets/x?n=1");
        await server.RunNextAsync(Body);
        await server.OnRedisAsync(db => db.SortedSetDecrementAsync(
            server.KeyPrefix + "httpsd:x:{x}", "/targets/x?n=1", TimeSpan.FromMinutes(idleMinutes).TotalMilliseconds));

        (await server.GetAsync("/targets/x?n=2")).Status.Should().Be(admitted ? 503 : 400);

        (await server.KeysAsync("httpsd:t:{/targets/x[?]n=1}*")).Count.Should().Be(admitted ? 0 : 2);
        (await server.DrainAsync()).Should().Equal(admitted ? ["/targets/x?n=2"] : Array.Empty<string>());
    }

    [Fact]
    public async Task A_set_that_is_asked_for_while_its_backoff_lasts_is_not_idle()
    {
        var time = new ShiftedTime();
        await using var server = await TestServer.StartAsync(redis.Server, time: time);
        await server.PublishQuietlyAsync(Generator("x") with { MaxVariants = 2 });
        await server.GetAsync("/targets/x?n=1");
        await server.FailNextAsync("ValueError", "bad", "", TimeSpan.FromHours(1));
        (await server.GetAsync("/targets/x?n=1")).Body.Should().Be(Miss);
        var hour = TimeSpan.FromHours(1).TotalMilliseconds;
        var set = server.KeyPrefix + "httpsd:x:{x}";
        double old = 0;
        await server.OnRedisAsync(async db => old = await db.SortedSetDecrementAsync(set, "/targets/x?n=1", hour));
        time.Advance(TimeSpan.FromMinutes(2));

        (await server.GetAsync("/targets/x?n=1")).Body.Should().Be(Miss);

        var asked = await TestServer.EventuallyAsync(
            async () =>
            {
                double? score = null;
                await server.OnRedisAsync(async db => score = await db.SortedSetScoreAsync(set, "/targets/x?n=1"));
                return score;
            },
            score => score > old);
        asked.Should().BeGreaterThan(old + (hour / 2));
        (await server.GetAsync("/targets/x?n=2")).Status.Should().Be(400, "both places are in use");
    }

    [Fact]
    public async Task Static_targets_ignore_parameters_and_never_expire()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishAsync(Generator("x") with { Runtime = GeneratorRuntime.Static, CacheTtl = TimeSpan.FromSeconds(1) });
        await Task.Delay(1100, TestContext.Current.CancellationToken);

        foreach (var url in new[] { "/targets/x", "/targets/x?a=b", "/targets/x?c=d" })
        {
            var reply = await server.GetAsync(url);
            (reply.Status, reply.Body, reply["X-Httpsd-Stale"]).Should().Be((200, TestServer.StaticBody, null), url);
        }
        (await server.DrainAsync()).Should().BeEmpty();
    }
}
