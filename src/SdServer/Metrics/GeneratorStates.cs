using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.SdServer.Memory;

namespace HttpSd.SdServer.Metrics;

/// <summary>How a generator's variant without parameters stands.</summary>
/// <param name="Definition">The generator.</param>
/// <param name="Entry">What is stored; null: unknown.</param>
/// <param name="Now">Redis' clock.</param>
internal sealed record GeneratorState(GeneratorDefinition Definition, CacheEntry? Entry, DateTimeOffset Now);

/// <summary>Reads how generators stand, for scrapes and for people; takes no place in memory.</summary>
internal sealed class GeneratorStates(ResultCache cache, ListMemory memory, StoreCircuit circuit, TimeProvider time)
{
    private const int Parallel = 64;

    // As long as a scrape interval is short: what requests brought just now isn't read again.
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(10);

    /// <summary>One state per definition, in their order; without Redis what was known last.</summary>
    public async Task<GeneratorState[]> ReadAsync(IReadOnlyList<GeneratorDefinition> definitions, CancellationToken cancellationToken)
    {
        var states = new GeneratorState[definitions.Count];
        await System.Threading.Tasks.Parallel.ForAsync(
            0,
            definitions.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
            async (i, stop) => states[i] = await ReadAsync(definitions[i], stop));
        return states;
    }

    private async Task<GeneratorState> ReadAsync(GeneratorDefinition definition, CancellationToken cancellationToken)
    {
        // A declared default that its own rules refuse: no such variant.
        if (ParameterRules.Resolve(definition, []).Key is not { } key)
            return new GeneratorState(definition, null, default);
        var known = memory.Peek(key.FullPath);
        if (known?.Verified(time, Recent) is { } recent)
            return new GeneratorState(definition, Served(recent.Entry, known), recent.Now(time));
        try
        {
            if (!circuit.IsOpen)
            {
                var entry = await cache.ReadAsync(key.FullPath, cancellationToken);
                return new GeneratorState(definition, Served(entry, known), entry.Now);
            }
        }
        catch (StoreUnavailableException e)
        {
            circuit.TripFor(e);
        }
        return known?.Snapshot is { } last
            ? new GeneratorState(definition, Served(last.Entry, known), last.Now(time))
            : new GeneratorState(definition, null, default);
    }

    // A list that Redis has lost is served on from memory; one whose time is over, or that was cleared, is not.
    private static CacheEntry Served(CacheEntry entry, MemorySlot? slot) =>
        entry.Result is null
        && slot?.Snapshot?.Known?.Entry.Result is { } lost
        && lost.Token >= Math.Max(slot.Cleared, entry.Cleared)
        && entry.Now < lost.KeptUntil
            ? entry with { Result = lost }
            : entry;
}
