using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Queue;
using Microsoft.Extensions.Options;

namespace HttpSd.Worker.Agent;

/// <summary>
/// The worker's story: while slots are free, claim until the queue is empty; then wait for a wake-up, or a
/// second. Pub/sub makes it quick, polling makes it sure. On shutdown it stops claiming at once, lets runs
/// end, and puts back what is left.
/// </summary>
internal sealed class ClaimLoop(
    RedisConnection redis,
    JobQueue queue,
    DefinitionWatcher definitions,
    LeaseKeeper leases,
    JobRun runs,
    Shutdown shutdown,
    IOptions<WorkerOptions> options,
    Random random,
    TimeProvider time,
    ILogger<ClaimLoop> log) : LoopService
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim slots = new(options.Value.Concurrency);
    private readonly WakeSignal woken = new(time);
    private readonly FoundAlone alone = new(time);
    private bool subscribed;
    private bool storeIsDown;
    private volatile bool heldBack;

    /// <inheritdoc />
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // A claim under way is waited for, but not longer than for a script.
        using var runsEnd = new CancellationTokenSource(shutdown.LeftForRuns > TimeSpan.Zero ? shutdown.LeftForRuns : TimeSpan.Zero, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(runsEnd.Token, cancellationToken);
        await base.StopAsync(either.Token);
        while (leases.Count > 0 && shutdown.LeftForRuns > TimeSpan.Zero && !cancellationToken.IsCancellationRequested)
            await Task.Delay(Look, time, CancellationToken.None);
        leases.ReleaseAll();
        while (leases.Count > 0 && shutdown.LeftForPuttingBack > TimeSpan.Zero)
            await Task.Delay(Look, time, CancellationToken.None);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Without definitions every job would look like one of a deleted generator.
        while (!definitions.Loaded && !stoppingToken.IsCancellationRequested)
            await woken.WaitAsync(TimeSpan.FromMilliseconds(100), stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SubscribeAsync(stoppingToken);
                await ClaimAllAsync(stoppingToken);
                storeIsDown = false;
                await woken.WaitAsync(TimeSpan.FromMilliseconds(750 + random.Next(500)), stoppingToken);
            }
            catch (StoreUnavailableException e)
            {
                if (!storeIsDown && !stoppingToken.IsCancellationRequested)
                    Log.ClaimFailed(log, e.Message);
                storeIsDown = true;
                await woken.WaitAsync(TimeSpan.FromMilliseconds(500 + random.Next(1000)), stoppingToken);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }
    }

    private async Task SubscribeAsync(CancellationToken cancellationToken)
    {
        if (subscribed)
            return;
        await redis.SubscribeAsync(k => k.Wake(options.Value.Pool), _ => Hear(), cancellationToken);
        subscribed = true;
    }

    private void Hear()
    {
        alone.Forget();
        woken.Set();
    }

    private async Task ClaimAllAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await slots.WaitAsync(stoppingToken);
            var started = false;
            try
            {
                var claimedAt = time.GetTimestamp();
                var crowding = SlotShare.Decide(leases.HeldPaths, options.Value.Concurrency);
                heldBack = crowding is not null;
                if (alone.IsForOthers(crowding))
                    return;
                crowding = alone.Ask(crowding);
                // Not cancelled by the shutdown: an answer that nobody reads would be a job without an owner.
                var claimed = await queue.ClaimAsync(options.Value.Pool, options.Value.Id, crowding, CancellationToken.None);
                alone.Note(crowding, claimed);
                if (claimed is not { } job)
                    return;
                var run = new ActiveRun(job, claimedAt);
                leases.Add(run);
                started = true;
                _ = Task.Run(() => RunAsync(run), CancellationToken.None);
            }
            finally
            {
                if (!started)
                    slots.Release();
            }
        }
    }

    private async Task RunAsync(ActiveRun run)
    {
        try
        {
            await runs.RunAsync(run);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Log.JobAbandoned(log, e, run.Job.FullPath);
        }
        finally
        {
            leases.Remove(run);
            run.Dispose();
            slots.Release();
            // What was left to others may be this worker's now.
            if (heldBack)
                woken.Set();
        }
    }
}
