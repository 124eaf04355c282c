using Microsoft.Extensions.Hosting;

namespace HttpSd.Redis.Connection;

/// <summary>
/// A loop of the host that may be stopped before it has begun: when a port is taken, the host gives up while
/// loops still wait for a thread, and would log each as a fault before the one line that says why.
/// </summary>
public abstract class LoopService : BackgroundService
{
    private volatile bool stopping;
    private Task? quiet;

    /// <inheritdoc />
    public override Task? ExecuteTask => base.ExecuteTask is { } task ? quiet ??= WatchAsync(task) : null;

    /// <inheritdoc />
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        stopping = true;
        return base.StopAsync(cancellationToken);
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        stopping = true;
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    // A cancellation that nobody asked for stays a fault: a loop must not end in silence.
    private async Task WatchAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException) when (stopping)
        {
        }
    }
}
