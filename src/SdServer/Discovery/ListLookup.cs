using HttpSd.Core.Definitions;
using HttpSd.Core.Freshness;
using HttpSd.Core.Requests;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Queue;
using HttpSd.SdServer.Memory;
using HttpSd.SdServer.Requests;
using Microsoft.Extensions.Options;

namespace HttpSd.SdServer.Discovery;

/// <summary>Finds one generator's answer to a request.</summary>
internal sealed class ListLookup(
    ListMemory memory, ListSource source, StoreCircuit circuit, Demand demand, IOptions<ServerOptions> options, TimeProvider time)
{
    /// <summary>The answer; a miss has its job enqueued. The numbers go on from <see cref="TargetsMiddleware"/>.</summary>
    public async Task<ListAnswer> FindAsync(PublishedDefinition generator, TargetsRequest request, CancellationToken cancellationToken)
    {
        // 4. The parameters make the key, or a refusal.
        var resolved = ParameterRules.Resolve(generator.Definition, request.Parameters);
        if (resolved.Key is not { } key)
            return ListAnswer.Refused(resolved.Refusal!);
        var slot = memory.Find(key.FullPath);
        try
        {
            // 5. A parameter set that this process doesn't know needs a place among the generator's variants.
            if (slot is null)
            {
                if (circuit.IsOpen)
                    return ListAnswer.Failed(ListOutcome.StoreUnavailable);
                if (!await demand.AdmitAsync(generator.Definition, key, cancellationToken))
                    return TooMany(generator.Definition);
                slot = memory.GetOrAdd(generator.Definition.Path, key.FullPath);
                slot.AdmittedAt = time.GetTimestamp();
            }

            // 6. From memory while that is verified, else from Redis; when that is away, what is known. A miss is
            //    never taken from memory: its result may have come this moment.
            if (slot.Verified(time, options.Value.LocalFreshness) is { } verified
                && Serve(generator, key, slot, verified, request.PollInterval) is { } answer)
                return answer;
            if (await ReadAsync(slot, cancellationToken) is not { } snapshot)
                return LastKnown(generator, key, slot) ?? ListAnswer.Failed(ListOutcome.StoreUnavailable);
            if (snapshot.Body is null && generator.Definition.Runtime == GeneratorRuntime.Static)
                snapshot = await RestoredAsync(slot, snapshot, cancellationToken);
            if (Serve(generator, key, slot, snapshot, request.PollInterval) is { } current)
                return current;
            var asked = await AskAsync(generator, key, slot, snapshot, request.PollInterval, cancellationToken);
            return snapshot.Lost is not null && asked.Outcome != ListOutcome.Refused
                ? LastKnown(generator, key, slot) ?? asked
                : asked;
        }
        catch (StoreUnavailableException)
        {
            return (slot is null ? null : LastKnown(generator, key, slot)) ?? ListAnswer.Failed(ListOutcome.StoreUnavailable);
        }
    }

    /// <summary>7. A list that may be served, with its refresh asked for when that is due; null otherwise. Never waits.</summary>
    public ListAnswer? Serve(
        PublishedDefinition generator, RequestKey key, MemorySlot slot, Snapshot snapshot, TimeSpan? pollInterval)
    {
        var freshness = Judge(generator.Definition, snapshot, pollInterval);
        if (freshness.State is not (CacheState.Fresh or CacheState.Stale))
            return null;
        demand.TouchSoon(generator, key, slot);
        if (freshness.RefreshDue && snapshot.Backoff(time) == TimeSpan.Zero)
            demand.RefreshSoon(generator, key, slot, Seen(snapshot));
        return ListAnswer.Served(
            freshness.State == CacheState.Fresh ? ListOutcome.Fresh : ListOutcome.Stale, slot, snapshot, freshness.Age);
    }

    private async Task<Snapshot?> ReadAsync(MemorySlot slot, CancellationToken cancellationToken)
    {
        // An outage lasts, and an exception per request is dear.
        if (circuit.IsOpen)
            return null;
        try
        {
            return await source.ReadAsync(slot).WaitAsync(cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    private static long Seen(Snapshot snapshot) => snapshot.Entry.Result?.Token ?? 0;

    private Freshness Judge(GeneratorDefinition definition, Snapshot snapshot, TimeSpan? pollInterval) => FreshnessPolicy.Decide(
        snapshot.Now(time),
        snapshot.Entry.Result?.Times,
        pollInterval,
        definition.Suspend,
        definition.Runtime == GeneratorRuntime.Static,
        snapshot.Entry.Result is { } result && result.DefinitionHash != definition.Hash);

    // 8. What isn't served is asked of the workers now, unless a failed run says to wait.
    private async Task<ListAnswer> AskAsync(
        PublishedDefinition generator, RequestKey key, MemorySlot slot, Snapshot snapshot, TimeSpan? pollInterval, CancellationToken cancellationToken)
    {
        var freshness = Judge(generator.Definition, snapshot, pollInterval);
        var outcome = freshness.State == CacheState.None ? ListOutcome.Miss : ListOutcome.Expired;
        var backoff = snapshot.Backoff(time);
        if (!freshness.RefreshDue || backoff > TimeSpan.Zero)
        {
            demand.TouchSoon(generator, key, slot);
            return ListAnswer.Failed(outcome, backoff);
        }
        if (!demand.IsAdmitted(slot) && !await demand.AdmitAsync(generator.Definition, key, cancellationToken))
            return TooMany(generator.Definition);
        var asked = await demand.AskAsync(generator, key, slot, Seen(snapshot)).WaitAsync(cancellationToken);
        return ListAnswer.Failed(asked.Outcome == EnqueueOutcome.Full ? ListOutcome.QueueFull : outcome);
    }

    // What stands in the definition needs no worker: whoever misses it stores it.
    private async Task<Snapshot> RestoredAsync(MemorySlot slot, Snapshot missing, CancellationToken cancellationToken)
    {
        await demand.RestoreAsync(slot, missing.Entry.Now).WaitAsync(cancellationToken);
        slot.Invalidate();
        return await source.ReadAsync(slot).WaitAsync(cancellationToken);
    }

    /// <summary>
    /// While Redis is away or has lost the list: better an old one than none, but never an empty one that nobody
    /// made, one that was cleared, or one of a generator that has gone.
    /// </summary>
    private ListAnswer? LastKnown(PublishedDefinition generator, RequestKey key, MemorySlot slot)
    {
        if (slot.Snapshot?.Known is not { Entry.Result: { } result } known
            || result.Token < slot.Cleared
            || result.Times.UpdatedAt < generator.Since
            || time.GetElapsedTime(known.ReadAt) > options.Value.StaleIfError)
            return null;
        demand.TouchSoon(generator, key, slot);
        // Negative after a failover to a clock that is behind.
        var age = known.Now(time) - result.Times.UpdatedAt;
        return ListAnswer.Served(ListOutcome.Stale, slot, known, age > TimeSpan.Zero ? age : TimeSpan.Zero);
    }

    /// <summary>The refusal of one parameter set too many.</summary>
    public static ListAnswer TooMany(GeneratorDefinition definition) => ListAnswer.Refused(
        $"this generator keeps at most {definition.MaxVariants} parameter sets (maxVariants), and all of them are in use");
}
