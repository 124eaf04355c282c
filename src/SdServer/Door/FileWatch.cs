using HttpSd.Redis.Connection;

namespace HttpSd.SdServer.Door;

/// <summary>Looks at the files of the door again and again: a mounted Secret is swapped by a link, which no watch follows everywhere.</summary>
internal sealed class FileWatch(Keys keys, TlsFiles tls, TimeProvider time) : LoopService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                keys.Refresh();
                tls.Refresh();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }
}
