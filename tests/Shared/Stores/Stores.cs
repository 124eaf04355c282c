using HttpSd.Cli.Embedded;
using StackExchange.Redis;

namespace HttpSd.Tests;

/// <summary>
/// One store of each kind for a whole test run, as an assembly fixture. Tests share them: each takes a key
/// prefix of its own and flushes nothing.
/// </summary>
public sealed class Stores : IAsyncLifetime
{
    private readonly Dictionary<StoreKind, (string Url, ConnectionMultiplexer Connection)> stores = [];
    private RedisServer? redis;
    private EmbeddedStore? garnet;

    /// <summary>For <c>Redis:Url</c>; patient, because tests load a small machine beyond what a service is given.</summary>
    public string Url(StoreKind kind) => stores[kind].Url;

    /// <summary>Where it listens.</summary>
    public int Port(StoreKind kind) => kind == StoreKind.Redis ? redis!.Port : garnet!.Port;

    /// <summary>For what a person would do with redis-cli.</summary>
    public IDatabase Database(StoreKind kind) => stores[kind].Connection.GetDatabase();

    /// <summary>Every key that begins with the prefix.</summary>
    public async Task<IReadOnlyList<RedisKey>> KeysAsync(StoreKind kind, string prefix)
    {
        var keys = new List<RedisKey>();
        await foreach (var key in stores[kind].Connection.GetServers()[0].KeysAsync(pattern: prefix + "*"))
            keys.Add(key);
        return keys;
    }

    public async ValueTask InitializeAsync()
    {
        redis = await RedisServer.StartAsync();
        garnet = EmbeddedStore.Start(firstPort: 20_000 + (Environment.ProcessId % 10_000));
        foreach (var (kind, port) in new[] { (StoreKind.Redis, redis.Port), (StoreKind.Garnet, garnet.Port) })
        {
            var url = $"127.0.0.1:{port},asyncTimeout=30000,syncTimeout=30000";
            stores[kind] = (url, await ConnectionMultiplexer.ConnectAsync(url));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, connection) in stores.Values)
            await connection.DisposeAsync();
        garnet?.Dispose();
        if (redis is not null)
            await redis.DisposeAsync();
    }
}
