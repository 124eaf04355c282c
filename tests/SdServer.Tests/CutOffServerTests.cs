using System.Diagnostics;
using HttpSd.Tests.Faults;
using static HttpSd.SdServer.Tests.Generators;

namespace HttpSd.SdServer.Tests;

/// <summary>A server whose way to Redis is cut, half-open, slow or thin.</summary>
public sealed class CutOffServerTests
{
    [Theory]
    [InlineData("both ways")]
    [InlineData("requests only")]
    [InlineData("replies only")]
    [InlineData("Redis' host has vanished")]
    public async Task A_server_that_is_cut_off_serves_what_it_knows_and_goes_on_by_itself(string cut)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var proxy = new FaultProxy(redis.Port);
        await using var server = await StartAsync(redis, proxy);
        await server.PublishWithListAsync(Generator("x"), Body, cacheTtl: TimeSpan.FromSeconds(1), staleTtl: TimeSpan.FromHours(1));
        (await server.GetAsync("/targets/x")).Body.Should().Be(Body);

        proxy.Requests.IsHeld = cut is "both ways" or "requests only";
        proxy.Replies.IsHeld = cut is "both ways" or "replies only";
        if (cut == "Redis' host has vanished")
            proxy.Vanish();
        await Task.Delay(1200, TestContext.Current.CancellationToken);

        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 50; i++)
        {
            var reply = await server.GetAsync("/targets/x");
            (reply.Status, reply.Body, reply["X-Httpsd-Stale"]).Should().Be((200, Body, "true"));
        }
        clock.Elapsed.Should().BeLessThan(Slowness.Bound(4), "one request waits for Redis, not each of them");

        proxy.Heal();
        var job = await TestServer.EventuallyAsync(
            async () =>
            {
                (await server.GetAsync("/targets/x")).Body.Should().Be(Body);
                return await server.TryClaimAsync();
            },
            claimed => claimed is not null);
        await server.RunAsync(job!, OtherBody);
        (await TestServer.EventuallyAsync(() => server.GetAsync("/targets/x"), r => r.Body == OtherBody)).Body.Should().Be(OtherBody);
    }

    [Fact]
    public async Task A_slow_way_makes_no_list_old()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var proxy = new FaultProxy(redis.Port);
        await using var server = await StartAsync(redis, proxy);
        await server.PublishWithListAsync(Generator("x"), Body);
        proxy.Requests.Delay = proxy.Replies.Delay = TimeSpan.FromMilliseconds(50);

        for (var i = 0; i < 10; i++)
        {
            var reply = await server.GetAsync("/targets/x");
            (reply.Status, reply.Body, reply["X-Httpsd-Stale"]).Should().Be((200, Body, null));
            await Task.Delay(60, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_large_list_on_a_thin_wire_holds_up_no_small_one()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var proxy = new FaultProxy(redis.Port);
        await using var server = await StartAsync(redis, proxy);
        await server.PublishWithListAsync(Generator("small"), Body);
        await server.PublishAsync(Generator("small"), Generator("large"));
        var large = BigBody(2_000_000);
        await server.RunNextAsync(large);
        await using var cold = await TestServer.StartAsync(redis, Settings(proxy), server.KeyPrefix);
        (await TestServer.EventuallyAsync(() => cold.GetAsync("/targets/small"), r => r.Status == 200)).Body.Should().Be(Body);
        proxy.Replies.BytesPerSecond = 1_000_000;

        var slow = cold.GetAsync("/targets/large");
        (await cold.GetAsync("/targets/small")).Body.Should().Be(Body);
        slow.IsCompleted.Should().BeFalse("its body takes two seconds");

        (await slow).Body.Should().Be(large);
    }

    private static Task<TestServer> StartAsync(RedisServer redis, FaultProxy proxy) => TestServer.StartAsync(redis, Settings(proxy));

    private static string[] Settings(FaultProxy proxy) =>
        ["--Server:LocalFreshness=50ms", "--Redis:CommandTimeout=2s", $"--Redis:Url=redis://127.0.0.1:{proxy.Port}"];
}
