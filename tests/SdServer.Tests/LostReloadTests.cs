using System.Reflection;
using HttpSd.Redis.Connection;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;
using static HttpSd.SdServer.Tests.Generators;

namespace HttpSd.SdServer.Tests;

/// <summary>A reload clears, whatever the store loses before or after it, on every server.</summary>
public sealed class LostReloadTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reload_after_a_loss_clears_on_every_server(bool deaf)
    {
        await using var pair = await Pair.StartAsync(deaf);
        await pair.WipeAsync();
        (await pair.Other.GetAsync("/targets/x")).Body.Should().Be(Body);

        (await pair.Server.GetAsync("/targets/x?reload=true")).Status.Should().Be(200);

        (await pair.Server.GetAsync("/targets/x")).Body.Should().Be(Miss);
        (await pair.EventuallyMissAsync()).Should().Be(Miss);
        await pair.Server.FailNextAsync("ValueError", "bad", "", TimeSpan.FromMinutes(5));
        (await pair.Other.GetAsync("/targets/x")).Body.Should().Be(Miss);
        (await pair.Server.GetAsync("/targets/x")).Body.Should().Be(Miss);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_loss_after_a_reload_does_not_undo_it(bool deaf)
    {
        await using var pair = await Pair.StartAsync(deaf);
        (await pair.Server.GetAsync("/targets/x?reload=true")).Status.Should().Be(200);

        await pair.WipeAsync();

        (await pair.Server.GetAsync("/targets/x")).Body.Should().Be(Miss);
        // A deaf one has nothing to go by until the other server has told the reload again.
        (await pair.EventuallyMissAsync()).Should().Be(Miss);
        await pair.Server.RunNextAsync(OtherBody);
        (await TestServer.EventuallyAsync(() => pair.Other.GetAsync("/targets/x"), r => r.Status == 200)).Body.Should().Be(OtherBody);
    }

    [Fact]
    public async Task A_reload_told_again_spares_what_was_made_since()
    {
        await using var pair = await Pair.StartAsync(deaf: false);
        await pair.Server.GetAsync("/targets/x?reload=true");
        await pair.Server.RunNextAsync(OtherBody);
        (await TestServer.EventuallyAsync(() => pair.Other.GetAsync("/targets/x"), r => r.Status == 200)).Body.Should().Be(OtherBody);

        await pair.WipeAsync();
        await Task.Delay(1500, Stop);

        (await pair.Other.GetAsync("/targets/x")).Body.Should().Be(OtherBody);
        (await pair.Server.GetAsync("/targets/x?debug=true")).Body.Should().NotContain(OtherBody);
    }

    [Fact]
    public async Task A_reload_that_was_heard_counts_in_an_outage()
    {
        await using var pair = await Pair.StartAsync(deaf: false);
        await pair.Server.GetAsync("/targets/x?reload=true");
        await Task.Delay(200, Stop);

        pair.Redis.Kill();

        (await pair.Other.GetAsync("/targets/x")).Body.Should().Be(StoreUnavailable);
    }

    /// <summary>Two servers that both know the list; a deaf one hears no messages.</summary>
    private sealed class Pair(RedisServer redis, TestServer server, TestServer other) : IAsyncDisposable
    {
        public RedisServer Redis => redis;

        public TestServer Server => server;

        public TestServer Other => other;

        public static async Task<Pair> StartAsync(bool deaf)
        {
            var redis = await RedisServer.StartAsync();
            var server = await TestServer.StartAsync(redis, ["--Server:LocalFreshness=50ms", "--Redis:CommandTimeout=500ms"]);
            await server.PublishWithListAsync(Generator("x"), Body);
            (await server.GetAsync("/targets/x")).Body.Should().Be(Body);
            var other = await TestServer.StartAsync(
                redis, ["--Server:LocalFreshness=50ms", "--Redis:CommandTimeout=500ms"], server.KeyPrefix);
            (await TestServer.EventuallyAsync(() => other.GetAsync("/targets/x"), r => r.Status == 200)).Body.Should().Be(Body);
            if (deaf)
            {
                // Once its subscriptions stand; nothing but a test has a use for ending them.
                await Task.Delay(300, Stop);
                var connection = typeof(RedisConnection).GetField("control", BindingFlags.NonPublic | BindingFlags.Instance)!
                    .GetValue(other.Services.GetRequiredService<RedisConnection>());
                await ((ConnectionMultiplexer)connection!).GetSubscriber().UnsubscribeAllAsync();
            }
            return new Pair(redis, server, other);
        }

        /// <summary>All is lost, and the definitions are published again.</summary>
        public async Task WipeAsync()
        {
            await using var connection = await redis.ConnectAsync();
            await connection.GetServers()[0].FlushAllDatabasesAsync();
            await server.PublishQuietlyAsync(Generator("x"));
        }

        public async Task<string> EventuallyMissAsync() =>
            (await TestServer.EventuallyAsync(() => other.GetAsync("/targets/x"), r => r.Body == Miss)).Body;

        public async ValueTask DisposeAsync()
        {
            await other.DisposeAsync();
            await server.DisposeAsync();
            await redis.DisposeAsync();
        }
    }
}
