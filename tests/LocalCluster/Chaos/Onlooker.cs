using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HttpSd.LocalCluster.History;
using HttpSd.Redis;
using HttpSd.Tests;
using StackExchange.Redis;

namespace HttpSd.LocalCluster.Chaos;

/// <summary>Asks servers for lists and Redis for the queue's tickets, and has written down what came.</summary>
internal sealed class Onlooker : IDisposable
{
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly Observer observer;
    private readonly ConnectionMultiplexer redis;

    private Onlooker(Observer observer, ConnectionMultiplexer redis) => (this.observer, this.redis) = (observer, redis);

    public static async Task<Onlooker> StartAsync(Observer observer, RedisServer redis) => new(observer, await redis.ConnectAsync());

    /// <summary>The list; null: there was none, or no answer.</summary>
    public async Task<string?> AskAsync(Uri url)
    {
        var begin = Observer.Now();
        try
        {
            using var answer = await client.GetAsync(url);
            var body = await answer.Content.ReadAsByteArrayAsync();
            observer.Write(new Answer(
                url.Authority, url.AbsolutePath, begin, Observer.Now(), (int)answer.StatusCode, answer.Headers.ETag?.ToString() ?? "",
                Convert.ToHexStringLower(SHA256.HashData(body)), answer.Headers.Contains("X-Httpsd-Stale")));
            return answer.IsSuccessStatusCode ? Encoding.UTF8.GetString(body) : null;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    /// <summary>Reloads a list; whether it was confirmed is for whoever reads it.</summary>
    public async Task ReloadAsync(Uri url)
    {
        var begin = Observer.Now();
        try
        {
            using var answer = await client.GetAsync(new Uri(url + "?reload=true"));
            observer.Write(new Reload(url.Authority, url.AbsolutePath, begin, Observer.Now(), (int)answer.StatusCode));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            // Nothing was confirmed.
        }
    }

    /// <summary>Writes down which tickets there are.</summary>
    public async Task LookAsync()
    {
        var begin = Observer.Now();
        try
        {
            // In one transaction: a ticket on its way from one list to the other is not seen twice.
            var both = redis.GetDatabase().CreateTransaction();
            var keys = new Keys("", Cluster: false);
            var (waiting, running) = (both.ListRangeAsync(keys.Pending(Keys.DefaultPool)), both.ListRangeAsync(keys.Processing(Keys.DefaultPool)));
            if (await both.ExecuteAsync())
                observer.Write(new QueueLook(begin, [.. (await waiting).Concat(await running).Select(t => PathOf(t!))]));
        }
        catch (Exception e) when (e is RedisException or TimeoutException or TaskCanceledException)
        {
            // It is away, or was while it was asked.
        }
    }

    public void Dispose()
    {
        client.Dispose();
        redis.Dispose();
    }

    private static string PathOf(string ticket) => JsonSerializer.Deserialize<JsonElement>(ticket).GetProperty("full_path").GetString()!;
}
