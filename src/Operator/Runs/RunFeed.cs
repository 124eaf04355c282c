using System.Collections.Concurrent;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using Microsoft.Extensions.Options;

namespace HttpSd.Operator.Runs;

/// <summary>
/// Hears that runs have ended, looks what came of them, and has an object looked at when that is something
/// new: a generator that goes on as before costs one small read and no write.
/// </summary>
internal sealed class RunFeed(RedisConnection redis, ResultCache cache, IOptions<OperatorOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);

    // Enough to keep one connection busy.
    private const int AtOnce = 16;

    private readonly ConcurrentDictionary<string, Watched> watched = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> pending = new(StringComparer.Ordinal);
    private readonly WakeSignal woken = new(time);
    private bool subscribed;

    /// <summary>Follows a generator's result; replaces what was followed under the full path.</summary>
    public void Follow(string fullPath, EntityKey owner, RunSummary seen) =>
        watched[fullPath] = new Watched(owner, seen);

    /// <summary>Hears of the result from now on: to be called before it is read, or what ends in between is missed.</summary>
    public void Attend(string fullPath, EntityKey owner) =>
        watched.TryAdd(fullPath, new Watched(owner, default));

    /// <summary>Follows a result that was cleared, and looks whether it has come already.</summary>
    public void FollowAnew(string fullPath, EntityKey owner)
    {
        Follow(fullPath, owner, default);
        Note(fullPath);
    }

    /// <summary>Stops following, if it is still followed for this object.</summary>
    public void Forget(string fullPath, EntityKey owner)
    {
        if (watched.TryGetValue(fullPath, out var known) && known.Owner == owner)
            watched.TryRemove(new KeyValuePair<string, Watched>(fullPath, known));
    }

    /// <summary>Runs until cancelled.</summary>
    /// <param name="changed">Called for each object whose last run came to something new.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Action<EntityKey> changed, CancellationToken cancellationToken)
    {
        var swept = time.GetTimestamp();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (!subscribed)
                {
                    await redis.SubscribeAsync(k => k.Changed, Note, cancellationToken);
                    subscribed = true;
                    NoteAll();
                }
                if (time.GetElapsedTime(swept) > options.Value.RunSweepInterval)
                {
                    swept = time.GetTimestamp();
                    NoteAll();
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
            await woken.WaitAsync(options.Value.RunSweepInterval / 10, cancellationToken);
        }
    }

    // Of every run of every variant: only the followed ones are worth waking for.
    private void Note(string fullPath)
    {
        if (watched.ContainsKey(fullPath) && pending.TryAdd(fullPath, true))
            woken.Set();
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
                if (!watched.TryGetValue(fullPath, out var known))
                    return;
                if (RunSummary.Of(await cache.ReadAsync(fullPath, token)) != known.Seen)
                    changed(known.Owner);
            });

    private sealed record Watched(EntityKey Owner, RunSummary Seen);
}
