using System.Threading.Channels;
using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Queue;
using HttpSd.SdServer.Memory;

namespace HttpSd.SdServer.Discovery;

/// <summary>What requests want of the workers: at once for a miss, in the background for a list that is served meanwhile.</summary>
internal sealed class Demand(JobQueue queue, ParameterSets sets, StaticLists lists, TimeProvider time)
{
    // What doesn't fit is asked for again by the next poll.
    private const int MaxBackground = 4096;

    private static readonly TimeSpan RefreshPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TouchPause = TimeSpan.FromMinutes(1);

    private readonly Channel<BackgroundDemand> background =
        Channel.CreateBounded<BackgroundDemand>(new BoundedChannelOptions(MaxBackground));

    public ChannelReader<BackgroundDemand> Background => background.Reader;

    /// <summary>Enqueues a job now; requests for the same one share the answer.</summary>
    /// <param name="generator">Whose run is wanted.</param>
    /// <param name="key">Its parameters.</param>
    /// <param name="slot">Where its list is kept here.</param>
    /// <param name="seen">The token of the result that is to be replaced; 0: there is none.</param>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public Task<EnqueueResult> AskAsync(PublishedDefinition generator, RequestKey key, MemorySlot slot, long seen)
    {
        lock (slot.Gate)
        {
            if (slot.Asking is { Task.IsCompleted: false } under && under.Revision >= generator.Revision)
                return under.Task;
            var task = queue.EnqueueAsync(
                generator.Definition.WorkerPool, key, generator.Revision, reload: false, CancellationToken.None, seen);
            slot.Asking = (task, generator.Revision);
            return task;
        }
    }

    /// <summary>Stores a static list again that Redis hasn't got: no worker makes it, and its publisher looks only now and then.</summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public Task RestoreAsync(MemorySlot slot, DateTimeOffset missedAt)
    {
        lock (slot.Gate)
        {
            if (slot.Restoring is { IsCompleted: false } under)
                return under;
            return slot.Restoring = lists.RestoreAsync(slot.Path, missedAt, CancellationToken.None);
        }
    }

    /// <summary>Has a refresh enqueued soon; at most one per slot and second.</summary>
    public void RefreshSoon(PublishedDefinition generator, RequestKey key, MemorySlot slot, long seen)
    {
        lock (slot.Gate)
        {
            if (slot.RefreshPending || Within(slot.RefreshedAt, RefreshPause))
                return;
            slot.RefreshPending = background.Writer.TryWrite(new BackgroundDemand(generator, key, slot, Refresh: true, seen));
            slot.RefreshedAt = time.GetTimestamp();
        }
    }

    /// <summary>Says that a parameter set is in use; false when the generator has as many as it may.</summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public async Task<bool> AdmitAsync(GeneratorDefinition definition, RequestKey key, CancellationToken cancellationToken)
    {
        if (definition.Runtime == GeneratorRuntime.Static)
            return true;
        return await sets.AdmitAsync(definition, key.FullPath, cancellationToken);
    }

    /// <summary>Says that a parameter set is still in use.</summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public Task TouchAsync(GeneratorDefinition definition, RequestKey key, CancellationToken cancellationToken) =>
        sets.TouchAsync(definition, key.FullPath, cancellationToken);

    /// <summary>Whether the slot's parameter set was admitted a moment ago.</summary>
    public bool IsAdmitted(MemorySlot slot) => Within(slot.AdmittedAt, RefreshPause);

    /// <summary>Has a parameter set said to be still in use, at most once a minute.</summary>
    public void TouchSoon(PublishedDefinition generator, RequestKey key, MemorySlot slot)
    {
        if (generator.Definition.Runtime == GeneratorRuntime.Static
            || Within(slot.AdmittedAt, TouchPause) || Within(slot.TouchedAt, TouchPause))
            return;
        slot.TouchedAt = time.GetTimestamp();
        background.Writer.TryWrite(new BackgroundDemand(generator, key, slot, Refresh: false));
    }

    private bool Within(long timestamp, TimeSpan pause) => timestamp != 0 && time.GetElapsedTime(timestamp) < pause;
}

/// <summary>Something to be told to Redis that no request waits for.</summary>
internal sealed record BackgroundDemand(PublishedDefinition Generator, RequestKey Key, MemorySlot Slot, bool Refresh, long Seen = 0);
