using System.Collections.Concurrent;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Caching;
using HttpSd.Operator.Runtime.Queue;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Runtime.Controller;

/// <summary>
/// Brings the changes of one type's store to its controller: filter, queue, workers, and by the outcome back into
/// the queue. It takes part from <see cref="Begin"/> on; when it runs it enqueues everything, so a new leader
/// needs nothing from the last.
/// </summary>
internal sealed class ControllerLoop<TEntity> : IControllerLoop, IEntityTrigger<TEntity>, IDisposable
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    // Beyond its timeout a reconcile gets this long to notice; then only a restart can free its key.
    private static readonly TimeSpan Stuck = TimeSpan.FromMinutes(5);

    private readonly EntityStore<TEntity> store;
    private readonly ControllerOptions options;
    private readonly ControllerMetrics metrics;
    private readonly TimeProvider time;
    private readonly ResyncLoop resync;
    private readonly ILogger log;
    private readonly Tombstones<TEntity> tombstones = new();
    private readonly ConcurrentDictionary<EntityKey, long> running = new();
    private readonly WorkQueue<EntityKey> queue;
    private readonly EntityDispatch<TEntity> dispatch;
    private volatile bool started;
    private volatile bool died;

    public ControllerLoop(
        EntityStore<TEntity> store,
        IServiceScopeFactory scopes,
        ControllerOptions options,
        ControllerMetrics metrics,
        QueueMetrics queueMetrics,
        TimeProvider time,
        Random random,
        ILogger<ControllerLoop<TEntity>> log)
    {
        (this.store, this.options, this.metrics, this.time, this.log) = (store, options, metrics, time, log);
        queue = new WorkQueue<EntityKey>(time, random, queueMetrics.For(options.Name));
        dispatch = new EntityDispatch<TEntity>(store, tombstones, scopes, options.ReconcileTimeout, time);
        // A Random serves one thread: the queue guards its own.
        resync = new ResyncLoop(Keys, queue.AddAfter, options, time, new Random(random.Next()));
        metrics.Start(options);
    }

    public string Name => options.Name;

    public bool Alive => !died && running.Values.All(since => time.GetElapsedTime(since) < options.ReconcileTimeout + Stuck);

    public bool Enqueue(EntityKey key) => EnqueueAfter(key, TimeSpan.Zero);

    public bool EnqueueAfter(EntityKey key, TimeSpan after)
    {
        if (!started)
            return false;
        queue.AddAfter(key, after);
        return true;
    }

    public void Begin()
    {
        if (started)
            return;
        started = true;
        store.Changed += Note;
    }

    public void Drain() => queue.Drain(tombstones.Any);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var dropped = cancellationToken.UnsafeRegister(_ => queue.ShutDown(), null);
        Begin();
        try
        {
            foreach (var entity in store.All)
                queue.Add(EntityKey.Of(entity));
            var resyncing = ResyncAsync(ended.Token);
            await Task.WhenAll(Enumerable.Range(0, options.MaxParallelReconciliations)
                .Select(_ => Task.Run(() => WorkAsync(cancellationToken), CancellationToken.None)));
            await ended.CancelAsync();
            await resyncing;
        }
        finally
        {
            store.Changed -= Note;
        }
    }

    public void Dispose() => queue.Dispose();

    private IEnumerable<EntityKey> Keys() => store.All.Select(e => EntityKey.Of(e));

    private void Note(EntityChange<TEntity> change)
    {
        if (change is { Type: ReconciliationType.Deleted, Before: { } last })
            tombstones.Add(change.Key, last);
        if (options.Filter.Lets(change))
            queue.Add(change.Key);
    }

    private async Task ResyncAsync(CancellationToken cancellationToken)
    {
        try
        {
            await resync.RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            // Everything goes on but what mends the things that nobody noticed: only a restart brings that back.
            died = true;
            Log.ResyncDied(log, e, Name);
        }
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await queue.GetAsync(CancellationToken.None) is (true, var key))
            {
                try
                {
                    Follow(key, await ReconcileAsync(key, cancellationToken));
                }
                catch (Exception e)
                {
                    // A fault of ours about one object; the worker is there for the others, too.
                    queue.AddRateLimited(key);
                    Log.Unexpected(log, e, Name, key);
                }
                finally
                {
                    queue.Done(key);
                }
            }
        }
        catch (Exception e)
        {
            // Nothing of a controller's gets here: this is the loop's own fault, and without its worker it would go quiet.
            died = true;
            Log.LoopDied(log, e, Name);
        }
    }

    private async Task<ReconcileOutcome> ReconcileAsync(EntityKey key, CancellationToken cancellationToken)
    {
        var since = running[key] = time.GetTimestamp();
        using var active = metrics.Active(Name);
        try
        {
            var outcome = await dispatch.RunAsync(key, cancellationToken);
            metrics.Ended(Name, outcome, time.GetElapsedTime(since));
            return outcome;
        }
        finally
        {
            running.TryRemove(key, out _);
        }
    }

    private void Follow(EntityKey key, ReconcileOutcome outcome)
    {
        switch (outcome.Kind)
        {
            case OutcomeKind.Success:
                queue.Forget(key);
                break;
            case OutcomeKind.SuccessThenLater:
                queue.Forget(key);
                queue.AddAfter(key, outcome.Later);
                break;
            case OutcomeKind.FailureThenLater:
                Log.Failed(log, outcome.Fault, Name, key, outcome.Message);
                queue.AddAfter(key, outcome.Later);
                break;
            case OutcomeKind.Conflict:
                Log.Conflict(log, Name, key);
                queue.AddRateLimited(key);
                break;
            case OutcomeKind.Terminal:
                Log.Terminal(log, Name, key, outcome.Message);
                queue.Forget(key);
                break;
            case OutcomeKind.Cancelled:
                break;
            default:
                Log.Failed(log, outcome.Fault, Name, key, outcome.Message);
                queue.AddRateLimited(key);
                break;
        }
    }
}
