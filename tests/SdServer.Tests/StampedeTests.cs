using static HttpSd.SdServer.Tests.Generators;

namespace HttpSd.SdServer.Tests;

/// <summary>Many at once ask several servers for what nobody has.</summary>
public sealed class StampedeTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task A_thousand_requests_at_five_servers_are_one_job()
    {
        await using var first = await TestServer.StartAsync(redis.Server);
        await first.PublishQuietlyAsync(Generator("x"));
        var servers = new List<TestServer> { first };
        try
        {
            while (servers.Count < 5)
                servers.Add(await TestServer.StartAsync(redis.Server, keyPrefix: first.KeyPrefix));
            foreach (var server in servers)
                await TestServer.EventuallyAsync(() => server.GetAsync("/readyz"), r => r.Status == 200);

            var replies = await Task.WhenAll(Enumerable.Range(0, 1000).Select(n => servers[n % 5].GetAsync("/targets/x")));

            replies.Should().AllSatisfy(r => (r.Status, r.Body).Should().Be((503, Miss)));
            var totals = await first.Queue.ReadTotalsAsync("default", TestContext.Current.CancellationToken);
            totals.Pending.Should().Be(1);
            await first.RunNextAsync(Body);
            foreach (var server in servers)
                (await TestServer.EventuallyAsync(() => server.GetAsync("/targets/x"), r => r.Status == 200)).Body.Should().Be(Body);
            (await first.ClaimAsync()).Should().BeNull("one run was enough for all of them");
        }
        finally
        {
            foreach (var server in servers.Skip(1))
                await server.DisposeAsync();
        }
    }
}
