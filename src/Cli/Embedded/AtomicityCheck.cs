using StackExchange.Redis;

namespace HttpSd.Cli.Embedded;

/// <summary>Proves at start that the store's scripts are atomic, without which jobs are lost or run twice.</summary>
public static class AtomicityCheck
{
    private const string Key = "httpsd:selftest";
    private const string Increment = "local n = tonumber(redis.call('GET', KEYS[1]) or '0') redis.call('SET', KEYS[1], tostring(n + 1)) return n";

    /// <summary>Many clients count together; the sum must be right.</summary>
    /// <param name="url">A store on loopback.</param>
    /// <param name="clients">How many connections.</param>
    /// <param name="rounds">How many increments each.</param>
    /// <returns>How many increments were lost; 0 is what it has to be.</returns>
    public static async Task<int> CountLostAsync(string url, int clients = 4, int rounds = 250)
    {
        var connections = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => ConnectAsync(url)));
        try
        {
            await connections[0].GetDatabase().KeyDeleteAsync(Key);
            await Task.WhenAll(connections.Select(c => Task.WhenAll(
                Enumerable.Range(0, rounds).Select(_ => c.GetDatabase().ScriptEvaluateAsync(Increment, [Key])))));
            var sum = (int)await connections[0].GetDatabase().StringGetAsync(Key);
            await connections[0].GetDatabase().KeyDeleteAsync(Key);
            return (clients * rounds) - sum;
        }
        finally
        {
            foreach (var connection in connections)
                await connection.DisposeAsync();
        }
    }

    private static async Task<IConnectionMultiplexer> ConnectAsync(string url) =>
        await ConnectionMultiplexer.ConnectAsync(Redis.Connection.RedisUrl.Parse(url));
}
