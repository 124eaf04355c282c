using static HttpSd.SdServer.Tests.Generators;

namespace HttpSd.SdServer.Tests.Door;

public sealed class ReloadLimitTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task A_reload_that_is_repeated_at_once_says_the_same_and_does_nothing()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator("x"), Body);

        var first = await server.GetAsync("/targets/x?reload=true");
        await server.RunNextAsync(OtherBody);
        var second = await server.GetAsync("/targets/x?reload=true");

        first.Body.Should().Contain("\"cache_cleared\":true");
        (second.Status, second.Body).Should().Be((200, first.Body));
        (await server.DrainAsync()).Should().BeEmpty();
        (await server.GetAsync("/targets/x")).Body.Should().Be(OtherBody);
        // Another set of parameters is another list.
        await server.GetAsync("/targets/x?a=1&reload=true");
        (await server.DrainAsync()).Should().Equal("/targets/x?a=1");
    }

    [Fact]
    public async Task It_counts_again_after_the_interval()
    {
        await using var server = await TestServer.StartAsync(redis.Server, ["--Server:ReloadInterval=100ms"]);
        await server.PublishWithListAsync(Generator("x"), Body);

        await server.GetAsync("/targets/x?reload=true");
        await server.DrainAsync();
        await Task.Delay(200, TestContext.Current.CancellationToken);
        await server.GetAsync("/targets/x?reload=true");

        (await server.DrainAsync()).Should().Equal("/targets/x");
    }
}
