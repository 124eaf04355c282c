using HttpSd.Operator.Runtime.Caching;
using HttpSd.Operator.Runtime.Events;
using HttpSd.Operator.Runtime.LeaderElection;

namespace HttpSd.Operator.Runtime.Hosting;

/// <summary>
/// The operator's life. Every replica reads: 1. the reflectors start, 2. all have their first list. One of them
/// acts: 3. it leads, 4. its work runs. The stop goes backwards: work, reflectors, events, and last the lease, so
/// that nobody follows a leader that still writes. A leader that has lost its lease drops everything and ends.
/// </summary>
internal sealed class OperatorService(
    IEnumerable<IReflector> reflectors,
    ILeaderElection election,
    LeaderWork work,
    EventRecorder events,
    OperatorHealth health,
    OperatorSettings settings,
    EventOptions eventOptions,
    ProcessEnd end,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<OperatorService> log) : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan SyncLook = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SyncTold = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AbortTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ReflectorTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReleaseTime = TimeSpan.FromSeconds(4);

    private readonly IReflector[] reflectors = [.. reflectors];
    private readonly string names = string.Join(", ", reflectors.Select(r => r.Name));
    private ITimer? hardEnd;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Everything ends here, before any hosted service is stopped: probes and metrics answer until the last.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        health.Stopping();
        return StopAsync(cancellationToken);
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Dispose()
    {
        hardEnd?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var reading = new CancellationTokenSource();
        using var telling = new CancellationTokenSource();
        var readers = Task.WhenAll(reflectors.Select(r => Task.Run(() => ReadAsync(r, reading.Token), CancellationToken.None)));
        var teller = events.RunAsync(telling.Token);
        using var holding = new CancellationTokenSource();
        var left = Leaving.Standby;
        try
        {
            await SyncAsync(stoppingToken);
            await election.AcquireAsync(stoppingToken);
            left = await LeadAsync(election.HoldAsync(holding.Token), stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            left = Leaving.Busy;
            Fail(e);
        }
        await reading.CancelAsync();
        await WithinAsync(readers, ReflectorTime, "Reading");
        events.Flush();
        if (left == Leaving.Lost)
            await telling.CancelAsync();
        await WithinAsync(teller, eventOptions.FlushTimeout, "Writing events");
        await telling.CancelAsync();
        await holding.CancelAsync();
        // With work still running the lease is left to its own end.
        if (left == Leaving.Idle)
            await ReleaseAsync();
    }

    private async Task<Leaving> LeadAsync(Task hold, CancellationToken stoppingToken)
    {
        // Not disposed: work that outlives its time may still look at it.
        var abort = new CancellationTokenSource();
        var working = work.RunAsync(stoppingToken, abort.Token);
        var stopped = Task.Delay(Timeout.InfiniteTimeSpan, time, stoppingToken);
        if (await Task.WhenAny(hold, stopped, FaultOf(working)) == stopped)
            await Task.WhenAny(hold, working, Task.Delay(settings.DrainTimeout, time, CancellationToken.None));
        if (hold.IsCompleted)
        {
            EndLost();
            await abort.CancelAsync();
            await working.ContinueWith(_ => { }, TaskScheduler.Default);
            return Leaving.Lost;
        }
        await abort.CancelAsync();
        await WithinAsync(working, AbortTime, "The work");
        if (working.IsFaulted)
            await working;
        return working.IsCompleted ? Leaving.Idle : Leaving.Busy;
    }

    private void EndLost()
    {
        Log.Lost(log);
        end.Code(1);
        // Until then nobody else can lead; a reconcile that ignores its cancellation must not go on after.
        hardEnd = time.CreateTimer(
            _ =>
            {
                Log.EndedHard(log);
                end.Now(1);
            },
            null,
            settings.LeaderElectionLeaseDuration - settings.LeaderElectionRenewDeadline,
            Timeout.InfiniteTimeSpan);
        lifetime.StopApplication();
    }

    private async Task SyncAsync(CancellationToken cancellationToken)
    {
        var told = time.GetTimestamp();
        while (reflectors.Where(r => !r.Synced).ToList() is { Count: > 0 } waiting)
        {
            if (time.GetElapsedTime(told) >= SyncTold)
            {
                Log.NotSynced(log, string.Join(", ", waiting.Select(r => r.Trouble is { } trouble ? $"{r.Name} ({trouble})" : r.Name)));
                told = time.GetTimestamp();
            }
            await Task.Delay(SyncLook, time, cancellationToken);
        }
        health.Synced();
        Log.Synced(log, names);
    }

    private async Task ReadAsync(IReflector reflector, CancellationToken cancellationToken)
    {
        try
        {
            await reflector.RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    private async Task ReleaseAsync()
    {
        using var limit = new CancellationTokenSource(ReleaseTime, time);
        await WithinAsync(election.ReleaseAsync(limit.Token), ReleaseTime, "Releasing the lease");
    }

    // A fault of ours: a restart is the only thing that may help.
    private void Fail(Exception error)
    {
        Log.Broken(log, error);
        health.Broken();
        end.Code(1);
        lifetime.StopApplication();
    }

    private async Task WithinAsync(Task task, TimeSpan limit, string what)
    {
        await Task.WhenAny(task, Task.Delay(limit, time, CancellationToken.None));
        if (!task.IsCompleted)
            Log.TooSlow(log, what, limit.TotalSeconds);
    }

    // Work that has ended in peace is no reason to stop.
    private static async Task FaultOf(Task working)
    {
        await working;
        await Task.Delay(Timeout.InfiniteTimeSpan, CancellationToken.None);
    }

    private enum Leaving
    {
        /// <summary>It never led.</summary>
        Standby,

        /// <summary>It led, and nothing of its work runs any more.</summary>
        Idle,

        /// <summary>Some work didn't end.</summary>
        Busy,

        /// <summary>It leads no more.</summary>
        Lost,
    }
}
