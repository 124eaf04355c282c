using HttpSd.Worker.Runner.Wire;

namespace HttpSd.Worker.Runner.Host;

/// <summary>
/// Tells the agent that a run has not started yet, so that its time limit does not count the wait. A run that
/// starts at once says nothing.
/// </summary>
internal sealed class RunProgress(FrameChannel channel)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    public async ValueTask<T> WhileAsync<T>(ValueTask<T> start, CancellationToken cancellationToken)
    {
        if (start.IsCompleted)
            return await start;
        var starting = start.AsTask();
        while (await Task.WhenAny(starting, Task.Delay(Interval, cancellationToken)) != starting
            && !cancellationToken.IsCancellationRequested)
            await SayAsync(RunState.Waiting, cancellationToken);
        var started = await starting;
        await SayAsync(RunState.Started, cancellationToken);
        return started;
    }

    private async ValueTask SayAsync(RunState state, CancellationToken cancellationToken)
    {
        try
        {
            await channel.WriteAsync(
                new RunReply { State = state }, WireJson.Default.RunReply, default, cancellationToken);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // An agent that has gone is noticed by who reads from it, and the run is cancelled.
        }
    }
}
