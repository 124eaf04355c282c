using HttpSd.Tests;
using StackExchange.Redis;

namespace HttpSd.Redis.Tests.Topologies;

/// <summary>Three real nodes that share the slots.</summary>
internal sealed class RedisCluster : IAsyncDisposable
{
    private readonly List<RedisServer> nodes = [];

    /// <summary>For <c>Redis:Url</c>.</summary>
    public string Url => string.Join(',', Addresses);

    private IEnumerable<string> Addresses => nodes.Select(node => $"127.0.0.1:{node.Port}");

    public static async Task<RedisCluster> StartAsync()
    {
        var cluster = new RedisCluster();
        try
        {
            for (var i = 0; i < 3; i++)
                cluster.nodes.Add(await RedisServer.StartAsync("--cluster-enabled", "yes", "--cluster-port", $"{RedisServer.FreePort()}"));
            await Tool.RunAsync("redis-cli", ["--cluster", "create", .. cluster.Addresses, "--cluster-yes"]);
            // The command ends when the nodes agree on who has which slot; each still decides by itself that all is well.
            foreach (var node in cluster.nodes)
                await Journey.UntilAsync(() => AskAsync(node, "INFO"), state => state.Contains("cluster_state:ok", StringComparison.Ordinal));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Moves a key's slot with all that is in it to another node, slowly, as a person would who makes room.</summary>
    public async Task MoveAsync(RedisKey key)
    {
        var slot = int.Parse(await AskAsync(nodes[0], "KEYSLOT", (string)key!), System.Globalization.CultureInfo.InvariantCulture);
        var from = await OwnerAsync(slot);
        var to = nodes.First(node => node != from);
        var (source, target) = (await AskAsync(from, "MYID"), await AskAsync(to, "MYID"));
        await AskAsync(to, "SETSLOT", slot, "IMPORTING", source);
        await AskAsync(from, "SETSLOT", slot, "MIGRATING", target);
        await using (var connection = await from.ConnectAsync())
        {
            var server = connection.GetServer($"127.0.0.1:{from.Port}");
            while ((string[]?)await server.ExecuteAsync("CLUSTER", "GETKEYSINSLOT", slot, 1) is { Length: > 0 } keys)
            {
                // Between two keys a script that needs both can run at neither node.
                await server.ExecuteAsync("MIGRATE", "127.0.0.1", to.Port, keys[0], 0, 5000);
                await Task.Delay(30);
            }
        }
        foreach (var node in new[] { to, from }.Concat(nodes))
            await AskAsync(node, "SETSLOT", slot, "NODE", target);
        (await OwnerAsync(slot)).Should().BeSameAs(to);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
            await node.DisposeAsync();
    }

    private async Task<RedisServer> OwnerAsync(int slot)
    {
        foreach (var node in nodes)
        {
            // ID ADDRESS FLAGS PRIMARY PING PONG EPOCH STATE, then slots and ranges of them.
            var own = (await AskAsync(node, "NODES")).Split('\n').Single(line => line.Contains("myself", StringComparison.Ordinal));
            foreach (var range in own.Split(' ', StringSplitOptions.TrimEntries).Skip(8).Where(r => !r.StartsWith('[')))
            {
                var ends = range.Split('-').Select(int.Parse).ToList();
                if (slot >= ends[0] && slot <= ends[^1])
                    return node;
            }
        }
        throw new InvalidOperationException($"nobody has slot {slot}");
    }

    private static async Task<string> AskAsync(RedisServer node, params object[] words)
    {
        await using var connection = await node.ConnectAsync();
        return (await connection.GetServer($"127.0.0.1:{node.Port}").ExecuteAsync("CLUSTER", words)).ToString();
    }
}
