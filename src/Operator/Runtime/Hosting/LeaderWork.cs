using HttpSd.Operator.Runtime.Controller;

namespace HttpSd.Operator.Runtime.Hosting;

/// <summary>Everything that only a leader does: once the <see cref="IOnSynced"/>, then tasks and controllers side by side.</summary>
internal sealed class LeaderWork(
    IEnumerable<IOnSynced> first, IEnumerable<ILeaderTask> tasks, IEnumerable<IControllerLoop> controllers, TimeProvider time, ILogger<LeaderWork> log)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    // Tens of thousands of objects take well under a minute; a try that fails ends by itself and begins anew.
    private static readonly TimeSpan FirstLimit = TimeSpan.FromMinutes(10);

    private readonly IControllerLoop[] controllers = [.. controllers];
    private long preparing;

    /// <summary>False when what comes before everything else has hung: nothing would be reconciled, by nobody.</summary>
    public bool Alive => Volatile.Read(ref preparing) is var since && (since == 0 || time.GetElapsedTime(since) < FirstLimit);

    /// <summary>Runs until all has ended after either token.</summary>
    /// <param name="stopping">Lets running reconciles end, and begins none.</param>
    /// <param name="abort">Cancels them as well.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken abort)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, abort);
        // Noted before anything is read: what changes while the first publication runs isn't in it.
        Array.ForEach(controllers, c => c.Begin());
        foreach (var task in first)
            await UntilDoneAsync(task.GetType().Name, token => PrepareAsync(task, token), either.Token);
        if (either.IsCancellationRequested)
            return;
        await using var drain = stopping.UnsafeRegister(_ => Array.ForEach(controllers, c => c.Drain()), null);
        await Task.WhenAll(
            tasks.Select(t => Task.Run(() => UntilDoneAsync(t.GetType().Name, t.RunAsync, either.Token), CancellationToken.None))
                .Concat(controllers.Select(c => c.RunAsync(abort))));
    }

    private async Task PrepareAsync(IOnSynced task, CancellationToken cancellationToken)
    {
        Volatile.Write(ref preparing, time.GetTimestamp());
        try
        {
            await task.RunAsync(cancellationToken);
        }
        finally
        {
            Volatile.Write(ref preparing, 0);
        }
    }

    private async Task UntilDoneAsync(string name, Func<CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; !cancellationToken.IsCancellationRequested; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var since = time.GetTimestamp();
            try
            {
                await run(cancellationToken);
                return;
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (time.GetElapsedTime(since) > LongestPause)
                    pause = FirstPause;
                Log.TaskFailed(log, e, name, pause.TotalSeconds);
            }
            await Task.Delay(pause, time, cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }
}
