using System.Collections.Concurrent;
using HttpSd.Core;
using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Queue;

namespace HttpSd.Redis.Definitions;

/// <summary>What a publication did, for the log.</summary>
/// <param name="Published">New or changed paths.</param>
/// <param name="Removed">Paths that are gone.</param>
public sealed record PublicationReport(IReadOnlyList<string> Published, IReadOnlyList<string> Removed);

/// <summary>
/// Makes Redis hold exactly the definitions wanted. There is one publisher per store and key prefix: the
/// operator, or <c>httpsd serve</c>.
/// </summary>
/// <remarks>
/// The order matters. Publishing: definition, then demand, then the fence, so that no run of the old script
/// stores after the new one was asked for. Removing: definition, then jobs, then results; a run that stores
/// after all that finds its job gone and removes its own keys.
/// </remarks>
public sealed class DefinitionPublisher(DefinitionStore store, JobQueue queue, ResultCache cache, TimeProvider? time = null)
{
    // Until then servers, and runs under way, may act on a definition that is gone: what they leave is removed then.
    private static readonly TimeSpan SecondPass = TimeSpan.FromSeconds(5);

    // Of a start with thousands of definitions: enough to fill the connection, few enough to leave it responsive.
    private const int AtOnce = 16;

    private readonly StaticLists lists = new(store, cache, new ParameterSets(queue, cache));
    // With the name and all: who moved a generator to another object or file wants to read that in messages.
    private readonly ConcurrentDictionary<string, (string Hash, string Name, string Uid)> published = new(StringComparer.Ordinal);
    // What the store held when it was compared last, until it is published again.
    private readonly ConcurrentDictionary<string, PublishedDefinition> held = new(StringComparer.Ordinal);
    private readonly ParameterSets sets = new(queue, cache);
    // When each note was acted on first, as a timestamp of the clock.
    private readonly ConcurrentDictionary<RemovalNote, long> passed = [];
    private readonly TimeProvider clock = time ?? TimeProvider.System;
    private volatile string epoch = "";

    /// <summary>True when the store holds what was published last, as far as is known.</summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public async Task<bool> IsCurrentAsync(CancellationToken cancellationToken) =>
        epoch.Length > 0 && await store.ReadEpochAsync(cancellationToken) == epoch;

    /// <summary>Publishes what is new or changed and removes what isn't wanted; then says that it is complete.</summary>
    /// <param name="wanted">Every definition, sealed, each path once.</param>
    /// <param name="cancellationToken">Ends it half-way; the next call goes on.</param>
    /// <exception cref="StoreUnavailableException">Redis can't be reached; the next call goes on.</exception>
    public Task<PublicationReport> PublishAsync(IReadOnlyList<GeneratorScript> wanted, CancellationToken cancellationToken) =>
        PublishWantedAsync([.. wanted.Select(WantedDefinition.Of)], cancellationToken);

    /// <inheritdoc cref="PublishAsync(IReadOnlyList{GeneratorScript}, CancellationToken)"/>
    public async Task<PublicationReport> PublishWantedAsync(IReadOnlyList<WantedDefinition> wanted, CancellationToken cancellationToken)
    {
        var (storedEpoch, storedPaths) = await store.ReadPathsAsync(cancellationToken);
        if (storedEpoch != epoch)
            published.Clear();
        await EndRemovalsAsync(cancellationToken);

        // Lists first: scripts may ask the server for them.
        var ordered = wanted.OrderBy(w => w.Definition.Runtime == GeneratorRuntime.Static ? 0 : 1).ToList();
        var changed = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        foreach (var group in ordered.GroupBy(w => w.Definition.Runtime == GeneratorRuntime.Static))
        {
            await ForEachAsync(
                group, async (one, token) => changed[one.Definition.Path] = await PutAsync(one, token), cancellationToken);
        }

        var kept = wanted.Select(w => w.Definition.Path).ToHashSet(StringComparer.Ordinal);
        var removed = storedPaths.Where(p => !kept.Contains(p)).ToList();
        await ForEachAsync(removed, async (path, token) => await RemoveAsync(path, token), cancellationToken);

        Failpoint.Reach(Failpoint.BeforeSeal);
        if (storedEpoch.Length == 0)
            await store.SealAsync(epoch = Guid.NewGuid().ToString("n"), cancellationToken);
        else
            epoch = storedEpoch;
        held.Clear();
        return new PublicationReport(
            [.. ordered.Select(w => w.Definition.Path).Where(p => changed[p])], removed);
    }

    /// <summary>Publishes one definition, unless exactly it is published already; true when that changed anything.</summary>
    /// <remarks>Calls for one path must not overlap; calls for several may.</remarks>
    /// <exception cref="StoreUnavailableException">Redis can't be reached; to be called again.</exception>
    public Task<bool> PutAsync(GeneratorScript script, CancellationToken cancellationToken) =>
        PutAsync(WantedDefinition.Of(script), cancellationToken);

    /// <summary>True when exactly this is what was published last at its path.</summary>
    public bool Holds(GeneratorDefinition definition) =>
        published.TryGetValue(definition.Path, out var identity) && identity == Identity(definition);

    /// <summary>Removes a definition with its jobs and results; false when there was none.</summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached; to be called again.</exception>
    public async Task<bool> RemoveAsync(string path, CancellationToken cancellationToken)
    {
        published.TryRemove(path, out _);
        var stored = (await store.ReadAtAsync(path, cancellationToken)).Definition;
        var fullPath = (stored is null ? new RequestKey(path, []) : BareRun.KeyOf(stored)).FullPath;
        var note = new RemovalNote(stored?.WorkerPool ?? Keys.DefaultPool, path, fullPath);
        var removed = (await store.RemoveAsync(note, cancellationToken)).Changed;
        Failpoint.Reach(Failpoint.AfterRemoval);
        if (removed)
            await PassAsync(note, cancellationToken);
        else
            await EndRemovalsAsync(cancellationToken);
        return removed;
    }

    /// <summary>
    /// Says what the store really holds: what is missing or another's there is published again by the next call,
    /// and what is there already need not be sent.
    /// </summary>
    public void Compare(IEnumerable<PublishedDefinition> stored)
    {
        held.Clear();
        foreach (var one in stored)
            held[one.Definition.Path] = one;
        foreach (var (path, mine) in published)
        {
            if (!held.TryGetValue(path, out var there) || Identity(there.Definition) != mine)
                published.TryRemove(path, out _);
        }
    }

    /// <summary>
    /// Stores static lists again that the store has lost by itself, as by eviction: no worker makes them anew.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public async Task RestoreListsAsync(IReadOnlyList<GeneratorScript> wanted, CancellationToken cancellationToken)
    {
        foreach (var script in wanted.Where(w => w.Definition.Runtime == GeneratorRuntime.Static))
        {
            if ((await cache.ReadAsync(StaticLists.FullPath(script.Definition.Path), cancellationToken)).Result is null)
                await lists.StoreAsync(script, token: 0, cancellationToken);
        }
    }

    private async Task<bool> PutAsync(WantedDefinition wanted, CancellationToken cancellationToken)
    {
        var definition = wanted.Definition;
        if (Holds(definition))
            return false;
        if (held.TryRemove(definition.Path, out var there)
            && Identity(there.Definition) == Identity(definition) && definition.Runtime != GeneratorRuntime.Static)
        {
            await AskAgainAsync(definition, there.Revision, cancellationToken);
            published[definition.Path] = Identity(definition);
            return false;
        }
        if (await wanted.ReadAsync(cancellationToken) is not { } script)
            return false;
        var changed = await PublishOneAsync(script, cancellationToken);
        published[definition.Path] = Identity(script.Definition);
        return changed;
    }

    private async Task<bool> PublishOneAsync(GeneratorScript script, CancellationToken cancellationToken)
    {
        var definition = script.Definition;
        var key = BareRun.KeyOf(definition);
        var written = await store.PublishAsync(script, cancellationToken);
        var (revision, changed) = written;
        var left = written.LeftPool is { } pool
            ? await LeaveAsync(new RemovalNote(pool, definition.Path, key.FullPath), cancellationToken)
            : 0;
        if (definition.Runtime == GeneratorRuntime.Static)
        {
            await lists.StoreAsync(script, token: 0, cancellationToken);
            return changed;
        }
        if (!changed)
        {
            await AskAgainAsync(definition, revision, cancellationToken);
            return false;
        }

        Failpoint.Reach(Failpoint.AfterDefinition);
        // Sets in use keep their places, and the run is asked for all the same.
        await sets.AdmitAsync(definition, key.FullPath, cancellationToken);
        if (definition.Suspend)
            return true;
        var demand = await queue.EnqueueAsync(definition.WorkerPool, key, revision, reload: true, cancellationToken);
        Failpoint.Reach(Failpoint.AfterDemand);
        foreach (var variant in (await cache.ReadVariantsAsync(definition.Path, cancellationToken)).Union([key.FullPath]))
            await cache.RaiseAsync(variant, Math.Max(demand.Floor, left), cancellationToken);
        return true;
    }

    // A publisher that died between definition and demand has left a path that nobody generates.
    private async Task AskAgainAsync(GeneratorDefinition definition, long revision, CancellationToken cancellationToken)
    {
        if (definition.Suspend)
            return;
        var key = BareRun.KeyOf(definition);
        var entry = await cache.ReadAsync(key.FullPath, cancellationToken);
        if (entry.Failures > 0 || entry.Result?.DefinitionHash == definition.Hash)
            return;
        await sets.AdmitAsync(definition, key.FullPath, cancellationToken);
        await queue.EnqueueAsync(definition.WorkerPool, key, revision, reload: false, cancellationToken);
    }

    /// <summary>
    /// Ends what removals and moves have begun, also those of a publisher that died; to be called every few seconds.
    /// Each is gone through twice: who acts on a definition that is gone, not having heard of it, leaves something.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public async Task EndRemovalsAsync(CancellationToken cancellationToken)
    {
        var notes = await store.ReadRemovalsAsync(cancellationToken);
        foreach (var moot in passed.Keys.Except(notes))
            passed.TryRemove(moot, out _);
        foreach (var note in notes)
        {
            var isSecond = passed.TryGetValue(note, out var first);
            if (isSecond && clock.GetElapsedTime(first) < SecondPass)
                continue;
            await PassAsync(note, cancellationToken);
            if (!isSecond)
                continue;
            await store.EndRemovalAsync(note, cancellationToken);
            passed.TryRemove(note, out _);
        }
    }

    // A path that has begun anew keeps its lists, and its jobs when it is in the same pool.
    private async Task PassAsync(RemovalNote note, CancellationToken cancellationToken)
    {
        passed[note] = clock.GetTimestamp();
        var now = await store.ReadAtAsync(note.Path, cancellationToken);
        if (!now.Exists)
        {
            await RemoveKeysAsync(note, cancellationToken);
            // Published again in the middle of it, it would wait for its first request.
            if (await store.ReadScriptAsync(note.Path, cancellationToken) is not { } anew)
                return;
            if (anew.Script.Definition.Runtime == GeneratorRuntime.Static)
                await lists.StoreAsync(anew.Script, token: 0, cancellationToken);
            else
                await AskAgainAsync(anew.Script.Definition, anew.Revision, cancellationToken);
        }
        else if (now.Definition is { } definition && definition.WorkerPool != note.Pool)
        {
            await LeaveAsync(note, cancellationToken);
        }
    }

    // A floor: results of runs claimed there before it are older than the move.
    private async Task<long> LeaveAsync(RemovalNote note, CancellationToken cancellationToken)
    {
        var jobs = await FullPathsAsync(note, cancellationToken);
        passed[note] = clock.GetTimestamp();
        return (await queue.CancelAsync(note.Pool, jobs, cancellationToken)).Floor;
    }

    /// <summary>Removes jobs and results of a generator that is gone; also for a run that stored too late.</summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public Task RemoveKeysAsync(string pool, string path, CancellationToken cancellationToken) =>
        RemoveKeysAsync(new RemovalNote(pool, path, new RequestKey(path, []).FullPath), cancellationToken);

    private async Task RemoveKeysAsync(RemovalNote note, CancellationToken cancellationToken)
    {
        var all = await FullPathsAsync(note, cancellationToken);
        await queue.CancelAsync(note.Pool, all, cancellationToken);
        await cache.DeleteAsync(all, cancellationToken);
        await cache.DeleteVariantsAsync(note.Path, cancellationToken);
    }

    // The run without parameters may have found no place among the sets.
    private async Task<IReadOnlyList<string>> FullPathsAsync(RemovalNote note, CancellationToken cancellationToken) =>
        [.. (await cache.ReadVariantsAsync(note.Path, cancellationToken)).Union([note.FullPath, new RequestKey(note.Path, []).FullPath])];

    private static (string Hash, string Name, string Uid) Identity(GeneratorDefinition definition) =>
        (definition.Hash, definition.Name, definition.Uid);

    private static Task ForEachAsync<T>(IEnumerable<T> items, Func<T, CancellationToken, ValueTask> one, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            items, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, one);
}
