using System.Collections.Concurrent;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Queue;
using Microsoft.Extensions.Options;

namespace HttpSd.Worker.Agent;

/// <summary>
/// Renews the leases of all runs in one call, every quarter of a lease. A run whose lease can't be renewed is
/// stopped before Redis may give its job away, so two runs of one path never overlap; so is one whose result a
/// reload or a change of the definition has voided.
/// </summary>
internal sealed class LeaseKeeper(
    RedisConnection redis,
    JobQueue queue,
    DefinitionWatcher definitions,
    VoidRuns voids,
    IOptions<QueueOptions> options,
    IOptions<WorkerOptions> worker,
    TimeProvider time,
    ILogger<LeaseKeeper> log) : LoopService
{
    private readonly ConcurrentDictionary<ActiveRun, bool> runs = [];
    private readonly WakeSignal woken = new(time);
    private volatile bool released;
    private long lastContact = time.GetTimestamp();
    private bool subscribed;

    public int Count => runs.Count;

    /// <summary>The full paths of all runs.</summary>
    public IEnumerable<string> HeldPaths => runs.Keys.Select(run => run.Job.FullPath);

    /// <summary>How long ago Redis last answered this loop.</summary>
    public TimeSpan SinceContact => time.GetElapsedTime(Volatile.Read(ref lastContact));

    /// <summary>How long a worker that falls silent keeps its jobs.</summary>
    public TimeSpan Lease => options.Value.Lease;

    // A script that is told to stop needs time to die before the lease ends.
    private TimeSpan Margin => TimeSpan.FromTicks(Math.Min(Lease.Ticks / 6, TimeSpan.FromSeconds(5).Ticks));

    public void Add(ActiveRun run)
    {
        runs[run] = true;
        if (released)
            run.Release();
    }

    public void Remove(ActiveRun run) => runs.TryRemove(run, out _);

    /// <summary>Renews one run's lease now; the first time says that its script is about to begin.</summary>
    public Task BeatAsync(ActiveRun run, CancellationToken cancellationToken) => BeatAsync([run], cancellationToken);

    /// <summary>Stops every run, to be put back; also one whose claim is answered later.</summary>
    public void ReleaseAll()
    {
        released = true;
        foreach (var run in runs.Keys)
            run.Release();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        definitions.Changed += woken.Set;
        var stopping = StopUnrenewedAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            // So that a job taken out by hand is stopped within a sweep's time.
            var wait = Lease / 4;
            try
            {
                await SubscribeAsync(stoppingToken);
                await BeatAsync([.. runs.Keys], stoppingToken);
                Volatile.Write(ref lastContact, time.GetTimestamp());
                if (await voids.StopAsync(runs.Keys, stoppingToken))
                    wait = Lease / 15;
            }
            catch (StoreUnavailableException e)
            {
                // Without runs there is nothing to renew, and the claim loop speaks of the outage.
                if (!runs.IsEmpty)
                    Log.BeatFailed(log, e.Message);
                wait = Lease / 15;
            }
            catch (OperationCanceledException)
            {
                break;
            }
            await woken.WaitAsync(wait, stoppingToken);
        }
        definitions.Changed -= woken.Set;
        await stopping;
    }

    private async Task SubscribeAsync(CancellationToken cancellationToken)
    {
        if (subscribed)
            return;
        await redis.SubscribeAsync(k => k.Wake(worker.Value.Pool), Hear, cancellationToken);
        subscribed = true;
    }

    private void Hear(string message)
    {
        if (message == JobQueue.SupersededMessage && !runs.IsEmpty)
            woken.Set();
    }

    private async Task BeatAsync(ActiveRun[] beating, CancellationToken cancellationToken)
    {
        var sent = time.GetTimestamp();
        var states = await queue.BeatAsync(
            worker.Value.Pool, [.. beating.Select(r => (r.Job, r.Longest))], cancellationToken);
        for (var i = 0; i < beating.Length; i++)
        {
            if (states[i] == LeaseState.Lost)
                beating[i].Lose();
            else
                (beating[i].RenewedAt, beating[i].Followed) = (sent, states[i] == LeaseState.Superseded);
        }
    }

    // Apart from the beats: while Redis is silent, each of them takes as long as a command may.
    private async Task StopUnrenewedAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Lease / 60, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var run in runs.Keys.Where(r => time.GetElapsedTime(r.RenewedAt) > Lease - Margin))
                    run.Lose();
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
