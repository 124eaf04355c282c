using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace HttpSd.Redis.Connection;

/// <summary>
/// Warns once, at start, of a Redis that may evict the queue and the definitions: with <c>volatile-*</c> only
/// results go, with <c>allkeys-*</c> anything does.
/// </summary>
internal sealed partial class EvictionCheck(RedisConnection redis, TimeProvider time, ILogger<EvictionCheck> log) : LoopService
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var policy = await redis.ControlAsync((_, _) => PolicyAsync(), stoppingToken);
                if (policy?.StartsWith("allkeys-", StringComparison.Ordinal) == true)
                    Log.MayEvictAnything(log, policy);
                return;
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(Retry, time, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    // Null when the server doesn't say: CONFIG may be forbidden or missing.
    private async Task<string?> PolicyAsync()
    {
        try
        {
            var settings = await redis.Servers.First(s => s.IsConnected).ConfigGetAsync("maxmemory-policy");
            return settings.Length > 0 ? settings[0].Value : null;
        }
        catch (RedisServerException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "Redis has maxmemory-policy {Policy}: when memory runs out it may drop the queue and the definitions. Set it to volatile-lru or noeviction.")]
        public static partial void MayEvictAnything(ILogger logger, string policy);
    }
}
