using System.Globalization;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;
using HttpSd.SdServer.Reload;

namespace HttpSd.SdServer.Memory;

/// <summary>
/// Hears what has changed in Redis, and looks once a second whether Redis is there. After an outage every list
/// in memory is unverified, because messages were missed. A new epoch means that Redis has lost its data, and
/// with it the reloads.
/// </summary>
internal sealed class StoreWatch(
    RedisConnection redis, DefinitionStore store, StoreCircuit circuit, ListMemory memory, ReloadMarks reloads, TimeProvider time)
    : LoopService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private bool subscribed;
    private string epoch = "";

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
                await redis.SubscribeAsync(k => k.Cleared, HearClearing, cancellationToken);
                await redis.SubscribeAsync(k => k.Changed, memory.Invalidate, cancellationToken);
                subscribed = true;
                memory.InvalidateAll();
            }
            var found = await store.ReadEpochAsync(cancellationToken);
            if (found != epoch)
            {
                await reloads.RetellAsync(cancellationToken);
                memory.InvalidateAll();
                epoch = found;
            }
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

    private void HearClearing(string message)
    {
        var blank = message.IndexOf(' ', StringComparison.Ordinal);
        if (blank > 0 && long.TryParse(message.AsSpan(0, blank), CultureInfo.InvariantCulture, out var token))
            memory.Clear(message[(blank + 1)..], token);
    }
}
