using StackExchange.Redis;
using static HttpSd.SdServer.Tests.Generators;

namespace HttpSd.SdServer.Tests;

public sealed class MemoryTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task A_list_in_memory_is_served_without_asking_Redis()
    {
        await using var own = await RedisServer.StartAsync();
        await using var server = await TestServer.StartAsync(own, ["--Server:LocalFreshness=1m"]);
        await server.PublishWithListAsync(Generator("x"), Body);
        await server.GetAsync("/targets/x");
        await using var connection = await own.ConnectAsync();
        var gets = async () => (await connection.GetServers()[0].InfoAsync("commandstats"))
            .SelectMany(g => g).Where(p => p.Key is "cmdstat_hmget").Select(p => p.Value.Split(',')[0]).FirstOrDefault();
        var before = await gets();

        for (var i = 0; i < 100; i++)
            (await server.GetAsync("/targets/x")).Body.Should().Be(Body);

        // The definitions are looked for every second, with other commands.
        (await gets()).Should().Be(before);
    }

    [Fact]
    public async Task Another_server_s_memory_hears_of_a_new_list_at_once()
    {
        await using var server = await TestServer.StartAsync(redis.Server, ["--Server:LocalFreshness=1m"]);
        await server.PublishWithListAsync(Generator("x"), Body);
        await using var other = await OtherAsync(server, "--Server:LocalFreshness=1m");
        (await other.GetAsync("/targets/x")).Body.Should().Be(Body);

        await server.GetAsync("/targets/x?reload=true");
        await server.RunNextAsync(OtherBody);

        (await TestServer.EventuallyAsync(() => other.GetAsync("/targets/x"), r => r.Body == OtherBody)).Body.Should().Be(OtherBody);
    }

    [Fact]
    public async Task A_lost_message_costs_no_more_than_the_local_freshness()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator("x"), Body);
        await using var other = await OtherAsync(server);
        (await other.GetAsync("/targets/x")).Body.Should().Be(Body);
        await using var connection = await redis.Server.ConnectAsync();
        // Nobody hears messages on this connection's behalf: the list is changed behind everyone's back.
        var database = connection.GetDatabase();
        RedisKey meta = server.KeyPrefix + "httpsd:t:{/targets/x}:m";
        await database.HashSetAsync(meta, "etag", "\"changed\"");
        await database.StringSetAsync(server.KeyPrefix + "httpsd:t:{/targets/x}:v", "\"changed\"\n" + OtherBody);

        await Task.Delay(2100, TestContext.Current.CancellationToken);

        (await other.GetAsync("/targets/x")).Body.Should().Be(OtherBody);
    }

    [Fact]
    public async Task Memory_is_bounded_and_what_went_is_read_again()
    {
        await using var server = await TestServer.StartAsync(redis.Server, ["--Server:MaxCacheBytes=300000"]);
        var paths = Enumerable.Range(0, 10).Select(i => $"p{i}").ToList();
        await server.PublishAsync([.. paths.Select(Generator)]);
        while (await server.ClaimAsync() is { } job)
            await server.RunAsync(job, BigBody(60_000, job.FullPath[^2..]));

        for (var round = 0; round < 2; round++)
        {
            foreach (var path in paths)
            {
                (await server.GetAsync($"/targets/{path}")).Body.Should().Be(BigBody(60_000, path));
                (await server.MetricAsync("httpsd_server_memory_bytes")).Should().BeLessThanOrEqualTo(300_000);
            }
        }
        (await server.MetricAsync("httpsd_server_memory_lists")).Should().BeInRange(1, 5);
    }

    [Fact]
    public async Task A_list_larger_than_all_memory_is_served_all_the_same()
    {
        await using var server = await TestServer.StartAsync(redis.Server, ["--Server:MaxCacheBytes=1000"]);
        var body = BigBody(3_000_000);
        await server.PublishWithListAsync(Generator("x"), body);

        for (var i = 0; i < 3; i++)
            (await server.GetAsync("/targets/x")).Body.Should().Be(body);
    }

    private static async Task<TestServer> OtherAsync(TestServer server, params string[] settings)
    {
        var other = await TestServer.StartAsync(server.Redis, settings, server.KeyPrefix);
        await TestServer.EventuallyAsync(() => other.GetAsync("/readyz"), r => r.Status == 200);
        return other;
    }
}
