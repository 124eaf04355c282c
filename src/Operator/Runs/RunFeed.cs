using System.Collections.Concurrent;
using System.Collections.Immutable;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using Microsoft.Extensions.Options;

namespace HttpSd.Operator.Runs;

/// <summary>
/// Hears of runs that came to something else than the ones before, looks what it is, and has the object looked
/// at: a generator that goes on as before costs nothing.
/// </summary>
internal sealed class RunFeed(
    RedisConnection redis, ResultCache cache, OverdueRuns overdue, IOptions<OperatorOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);

    // Enough to keep one connection busy.
    private const int AtOnce = 16;

    // While a path goes from one object to another, both may look at it, and each has to hear of its own.
    private readonly ConcurrentDictionary<string, ImmutableDictionary<EntityKey, RunSummary>> watched = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> pending = new(StringComparer.Ordinal);
    private readonly WakeSignal woken = new(time);
    private readonly Beat beat = new(time, Beat.Longest + options.Value.RunSweepInterval);
    private volatile bool missed;
    private bool subscribed;

    /// <summary>False when it hangs.</summary>
    public bool Alive => beat.Alive;

    /// <summary>Follows a generator's result from what was seen of it on.</summary>
    public void Follow(string fullPath, EntityKey owner, RunSummary seen) =>
        watched.AddOrUpdate(fullPath, _ => Nobody.Add(owner, seen), (_, all) => all.SetItem(owner, seen));

    /// <summary>Hears of the result from now on: to be called before it is read, or what ends in between is missed.</summary>
    public void Attend(string fullPath, EntityKey owner) =>
        watched.AddOrUpdate(fullPath, _ => Nobody.Add(owner, default), (_, all) => all.ContainsKey(owner) ? all : all.Add(owner, default));

    /// <summary>Follows a result that was cleared, and looks whether it has come already.</summary>
    public void FollowAnew(string fullPath, EntityKey owner)
    {
        Follow(fullPath, owner, default);
        Note(fullPath);
    }

    /// <summary>Stops following.</summary>
    public void Forget(string fullPath, EntityKey owner)
    {
        while (watched.TryGetValue(fullPath, out var all) && all.ContainsKey(owner))
        {
            var rest = all.Remove(owner);
            if (rest.IsEmpty ? watched.TryRemove(KeyValuePair.Create(fullPath, all)) : watched.TryUpdate(fullPath, rest, all))
                return;
        }
    }

    /// <summary>Runs until cancelled.</summary>
    /// <param name="changed">Called for each object whose last run came to something new.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Action<EntityKey> changed, CancellationToken cancellationToken)
    {
        using var running = beat.Begin();
        var tick = options.Value.RunSweepInterval / 10;
        var swept = time.GetTimestamp();
        var asked = swept;
        while (!cancellationToken.IsCancellationRequested)
        {
            beat.Now();
            try
            {
                if (!subscribed)
                {
                    await redis.SubscribeAsync(k => k.Outcomes, Note, cancellationToken);
                    redis.Restored += NoteMissed;
                    subscribed = true;
                    NoteAll();
                }
                if (missed || time.GetElapsedTime(swept) > options.Value.RunSweepInterval)
                {
                    (missed, swept) = (false, time.GetTimestamp());
                    NoteAll();
                }
                if (time.GetElapsedTime(asked) >= tick)
                {
                    asked = time.GetTimestamp();
                    NoteOverdue();
                }
                await LookAsync(changed, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (StoreUnavailableException)
            {
                // What was noted stays noted; messages may have been missed.
                NoteAll();
                await Task.Delay(Retry, time, cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
            }
            await woken.WaitAsync(tick, cancellationToken);
        }
    }

    // Of every variant: only the followed ones are worth waking for.
    private void Note(string fullPath)
    {
        if (watched.ContainsKey(fullPath) && pending.TryAdd(fullPath, true))
            woken.Set();
    }

    // What was told while the connection was down was told to nobody.
    private void NoteMissed()
    {
        missed = true;
        woken.Set();
    }

    // A run that comes to the same as the one before is told to nobody, and yet it ends the waiting.
    private void NoteOverdue()
    {
        foreach (var (fullPath, owners) in watched)
        {
            if (owners.Values.Any(o => o.Overdue))
                pending.TryAdd(fullPath, true);
        }
    }

    private void NoteAll()
    {
        foreach (var fullPath in watched.Keys)
            pending.TryAdd(fullPath, true);
        woken.Set();
    }

    private Task LookAsync(Action<EntityKey> changed, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            pending.Keys,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (fullPath, token) =>
            {
                pending.TryRemove(fullPath, out _);
                if (!watched.ContainsKey(fullPath))
                    return;
                var entry = await cache.ReadAsync(fullPath, token);
                var now = RunSummary.Of(entry, await overdue.AskAsync(fullPath, entry, token));
                if (!watched.TryGetValue(fullPath, out var all))
                    return;
                foreach (var owner in all.Where(w => w.Value != now).Select(w => w.Key))
                {
                    // Told once: who has lost the path meanwhile doesn't look again.
                    if (watched.TryGetValue(fullPath, out var latest) && latest.ContainsKey(owner))
                        watched.TryUpdate(fullPath, latest.SetItem(owner, now), latest);
                    changed(owner);
                }
            });

    private static ImmutableDictionary<EntityKey, RunSummary> Nobody => ImmutableDictionary<EntityKey, RunSummary>.Empty;
}
