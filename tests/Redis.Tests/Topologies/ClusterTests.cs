using HttpSd.Redis.Connection;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Topologies;

public sealed class ClusterTests
{
    [Theory]
    [InlineData("")]
    [InlineData("team:")]
    public async Task In_a_cluster_of_three_a_list_goes_its_whole_way(string prefix)
    {
        var nodes = new List<RedisServer>();
        try
        {
            for (var i = 0; i < 3; i++)
                nodes.Add(await RedisServer.StartAsync("--cluster-enabled", "yes", "--cluster-port", $"{RedisServer.FreePort()}"));
            string[] addresses = [.. nodes.Select(node => $"127.0.0.1:{node.Port}")];
            await Tool.RunAsync("redis-cli", ["--cluster", "create", .. addresses, "--cluster-yes"]);
            // The command ends when the nodes agree on who has which slot; each still decides by itself that all is well.
            foreach (var node in nodes)
                await Journey.UntilAsync(() => StateAsync(node), state => state.Contains("cluster_state:ok", StringComparison.Ordinal));
            await using var journey = new Journey(new RedisOptions
            {
                Url = string.Join(',', addresses),
                KeyPrefix = prefix,
                CommandTimeout = TimeSpan.FromSeconds(10),
            });

            await Journey.UntilAsync(() => journey.Connection.ControlAsync((db, keys) => db.PingAsync(), default), _ => true);
            await journey.GoAsync();

            journey.Connection.Keys.Processing(Keys.DefaultPool).ToString()
                .Should().Be($"{{{prefix}target_generation_queue}}:processing");
            journey.Connection.Servers.Should().HaveCount(3);
        }
        finally
        {
            foreach (var node in nodes)
                await node.DisposeAsync();
        }
    }

    private static async Task<string> StateAsync(RedisServer node)
    {
        await using var connection = await node.ConnectAsync();
        return (await connection.GetServer($"127.0.0.1:{node.Port}").ExecuteAsync("CLUSTER", "INFO")).ToString();
    }
}
