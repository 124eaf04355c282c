using HttpSd.Redis.Connection;

namespace HttpSd.SdServer.Memory;

/// <summary>
/// Hears what has changed in Redis, and looks once a second whether Redis is there. After an outage every list
/// in memory is unverified, because messages were missed.
/// </summary>
internal sealed class StoreWatch(RedisConnection redis, StoreCircuit circuit, ListMemory memory, TimeProvider time) : LoopService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private bool subscribed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
                await Task.Delay(Interval, time, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!subscribed)
            {
                await redis.SubscribeAsync(k => k.Changed, memory.Invalidate, cancellationToken);
                subscribed = true;
                memory.InvalidateAll();
            }
            await redis.ControlAsync((db, _) => db.PingAsync(), cancellationToken);
            if (!circuit.IsOpen)
                return;
            memory.InvalidateAll();
            circuit.Close();
        }
        catch (StoreUnavailableException)
        {
            circuit.Trip();
        }
    }
}
