using System.Collections.Concurrent;
using System.Text;
using HttpSd.Core;
using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Core.Targets;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Queue;

namespace HttpSd.Redis.Definitions;

/// <summary>
/// Makes Redis hold exactly the definitions wanted. There is one publisher per store and key prefix: the
/// operator, or <c>httpsd serve</c>.
/// </summary>
/// <remarks>
/// The order matters. Publishing: definition with a note, then what failed before is forgiven, then demand, then the fence,
/// so that no run of the old script stores after the new one was asked for. Removing: definition, then jobs, then
/// results; a run that stores after all that finds its job gone and removes its own keys.
/// </remarks>
/// <param name="store">Where definitions are.</param>
/// <param name="queue">Where their first runs are asked for.</param>
/// <param name="cache">Where lists are.</param>
/// <param name="limits">What a static list may be and how it is stored; null: the defaults.</param>
/// <param name="time">The clock; null: the system's.</param>
public sealed class DefinitionPublisher(
    DefinitionStore store, JobQueue queue, ResultCache cache, TargetListLimits? limits = null, TimeProvider? time = null)
{
    // Of a start with thousands of definitions: enough to fill the connection, few enough to leave it responsive.
    private const int AtOnce = 16;

    private readonly StaticLists lists = new(store, cache, new ParameterSets(queue, cache));
    // With the name and all: who moved a generator to another object or file wants to read that in messages.
    private readonly ConcurrentDictionary<string, (string Hash, string Name, string Uid, string? DeclaredIn)> published = new(StringComparer.Ordinal);
    // What the store held when it was compared last, until it is published again.
    private readonly ConcurrentDictionary<string, PublishedDefinition> held = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> refused = new(StringComparer.Ordinal);
    private readonly ParameterSets sets = new(queue, cache);
    private readonly Removals removals = new(store, queue, cache, time ?? TimeProvider.System);
    private readonly RevisionWatch revisions = new();
    private readonly TargetListLimits limits = limits ?? new TargetListLimits();
    private volatile string epoch = "";

    /// <summary>True when the store holds what was published last, as far as is known.</summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public async Task<bool> IsCurrentAsync(CancellationToken cancellationToken)
    {
        var seen = revisions.Seen;
        var state = await store.ReadStateAsync(cancellationToken);
        return epoch.Length > 0 && state.Epoch == epoch && !revisions.IsBehind(state.Revision, seen);
    }

    /// <summary>Publishes what is new or changed and removes what isn't wanted; then says that it is complete.</summary>
    /// <param name="wanted">Every definition, sealed, each path once.</param>
    /// <param name="cancellationToken">Ends it half-way; the next call goes on.</param>
    /// <exception cref="StoreUnavailableException">Redis can't be reached; the next call goes on.</exception>
    public Task<PublicationReport> PublishAsync(IReadOnlyList<GeneratorScript> wanted, CancellationToken cancellationToken) =>
        PublishWantedAsync([.. wanted.Select(WantedDefinition.Of)], static () => { }, cancellationToken);

    /// <inheritdoc cref="PublishAsync(IReadOnlyList{GeneratorScript}, CancellationToken)"/>
    /// <param name="wanted">Every definition, sealed, each path once.</param>
    /// <param name="beforeEach">Called before anything of a path is written; what it throws ends the publication there.</param>
    /// <param name="cancellationToken">Ends it half-way; the next call goes on.</param>
    public async Task<PublicationReport> PublishWantedAsync(
        IReadOnlyList<WantedDefinition> wanted, Action beforeEach, CancellationToken cancellationToken)
    {
        var seen = revisions.Seen;
        var (storedEpoch, storedRevision, storedPaths) = await store.ReadPathsAsync(cancellationToken);
        if (storedEpoch != epoch || revisions.IsBehind(storedRevision, seen))
            published.Clear();
        beforeEach();
        await EndRemovalsAsync(beforeEach, cancellationToken);
        var owed = await store.ReadDemandsAsync(cancellationToken);

        // Lists first: scripts may ask the server for them.
        var ordered = wanted.OrderBy(w => w.Definition.Runtime == GeneratorRuntime.Static ? 0 : 1).ToList();
        var changed = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        foreach (var group in ordered.GroupBy(w => w.Definition.Runtime == GeneratorRuntime.Static))
        {
            await ForEachAsync(
                group, async (one, token) => changed[one.Definition.Path] = await PutAsync(one, owed.Contains, beforeEach, token), cancellationToken);
        }

        var kept = wanted.Select(w => w.Definition.Path).ToHashSet(StringComparer.Ordinal);
        var (removed, unknown) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
        await ForEachAsync(
            storedPaths.Where(p => !kept.Contains(p)),
            async (path, token) =>
            {
                // A newer build's, which may be the one that leads next. What is wanted here replaces it all the same.
                if (await store.IsUnknownAsync(path, token))
                {
                    unknown.Enqueue(path);
                    return;
                }
                beforeEach();
                await RemoveAsync(path, token);
                removed.Enqueue(path);
            },
            cancellationToken);

        Failpoint.Reach(Failpoint.BeforeSeal);
        beforeEach();
        if (storedEpoch.Length == 0)
            await store.SealAsync(epoch = Guid.NewGuid().ToString("n"), cancellationToken);
        else
            epoch = storedEpoch;
        // Only now: a publication that is cut off is to be done again.
        revisions.Reset((await store.ReadStateAsync(cancellationToken)).Revision);
        held.Clear();
        return new PublicationReport(
            [.. ordered.Select(w => w.Definition.Path).Where(p => changed[p])], [.. removed.Order(StringComparer.Ordinal)])
        {
            Unknown = [.. unknown.Order(StringComparer.Ordinal)],
            Refused = refused.Where(r => kept.Contains(r.Key)).ToDictionary(r => r.Key, r => r.Value),
        };
    }

    /// <summary>Publishes one definition, unless exactly it is published already; true when that changed anything.</summary>
    /// <remarks>Calls for one path must not overlap; calls for several may.</remarks>
    /// <exception cref="StoreUnavailableException">Redis can't be reached; to be called again.</exception>
    public Task<bool> PutAsync(GeneratorScript script, CancellationToken cancellationToken) =>
        PutAsync(WantedDefinition.Of(script), owes: null, static () => { }, cancellationToken);

    /// <summary>True when exactly this is what was published last at its path.</summary>
    public bool Holds(GeneratorDefinition definition) =>
        published.TryGetValue(definition.Path, out var identity) && identity == Identity(definition);

    /// <summary>Removes a definition with its jobs and results; false when there was none.</summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached; to be called again.</exception>
    public async Task<bool> RemoveAsync(string path, CancellationToken cancellationToken)
    {
        published.TryRemove(path, out _);
        refused.TryRemove(path, out _);
        var note = RemovalNote.Of(path, (await store.ReadAtAsync(path, cancellationToken)).Definition);
        var seen = revisions.Seen;
        var removed = revisions.Note(await store.RemoveAsync(note, cancellationToken), seen).Changed;
        Failpoint.Reach(Failpoint.AfterRemoval);
        await (removed
            ? removals.PassAsync(note, AskForAnewAsync, cancellationToken)
            : EndRemovalsAsync(static () => { }, cancellationToken));
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

    /// <summary>Stores static lists again that the store has lost by itself, as by eviction: no worker makes them anew.</summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public async Task RestoreListsAsync(IReadOnlyList<GeneratorScript> wanted, CancellationToken cancellationToken)
    {
        foreach (var script in wanted.Where(w => w.Definition.Runtime == GeneratorRuntime.Static))
        {
            if ((await cache.ReadAsync(StaticLists.FullPath(script.Definition.Path), cancellationToken)).Result is null
                && StaticLists.Build(script, limits).List is { } list)
                await lists.StoreAsync(script.Definition, list, token: 0, cancellationToken);
        }
    }

    private async Task<bool> PutAsync(
        WantedDefinition wanted, Func<string, bool>? owes, Action beforeEach, CancellationToken cancellationToken)
    {
        var definition = wanted.Definition;
        if (Holds(definition))
            return false;
        if (held.TryRemove(definition.Path, out var there)
            && Identity(there.Definition) == Identity(definition) && definition.Runtime != GeneratorRuntime.Static)
        {
            beforeEach();
            await AskAgainAsync(definition, there.Revision, owes, cancellationToken);
            published[definition.Path] = Identity(definition);
            return false;
        }
        if (await wanted.ReadAsync(cancellationToken) is not { } script)
            return false;
        beforeEach();
        var changed = await PublishOneAsync(script, owes, cancellationToken);
        published[definition.Path] = Identity(script.Definition);
        return changed;
    }

    private async Task<bool> PublishOneAsync(GeneratorScript script, Func<string, bool>? owes, CancellationToken cancellationToken)
    {
        var definition = script.Definition;
        refused.TryRemove(definition.Path, out _);
        if (definition.Runtime == GeneratorRuntime.Static)
            return await PublishListAsync(script, cancellationToken);
        var seen = revisions.Seen;
        var written = revisions.Note(await store.PublishAsync(script, cancellationToken), seen);
        var left = await removals.LeaveAsync(written, definition, cancellationToken);
        if (!written.Changed)
        {
            await AskAgainAsync(definition, written.Revision, owes, cancellationToken);
            return false;
        }

        Failpoint.Reach(Failpoint.AfterDefinition);
        if (definition.Suspend)
            await sets.AdmitAsync(definition, BareRun.KeyOf(definition).FullPath, cancellationToken);
        else
            await AskAnewAsync(definition, written.Revision, left, cancellationToken);
        return true;
    }

    // Published as it is to be served, so that a reader that misses it need not know this publisher's settings.
    // One that can't be stored must not be published: it would answer to nobody, and must not stop the others.
    private async Task<bool> PublishListAsync(GeneratorScript script, CancellationToken cancellationToken)
    {
        var definition = script.Definition;
        var built = StaticLists.Build(script, limits);
        if (built.List is not { } list)
        {
            refused[definition.Path] = built.Failure!.Message;
            return false;
        }
        var asServed = script with { Script = Encoding.UTF8.GetString(list.Body.Span) };
        var seen = revisions.Seen;
        var written = revisions.Note(await store.PublishAsync(asServed, cancellationToken), seen);
        await removals.LeaveAsync(written, definition, cancellationToken);
        await lists.StoreAsync(definition, list, token: 0, cancellationToken);
        return written.Changed;
    }

    // Whatever ran before, and however it ended, was another definition: its runs, its failures and their backoff are over.
    // The floor: of its runs in a pool that it has left, or 0. Sets in use keep their places. Who finds the demand does it all again.
    private async Task AskAnewAsync(GeneratorDefinition definition, long revision, long floor, CancellationToken cancellationToken)
    {
        var key = BareRun.KeyOf(definition);
        await sets.AdmitAsync(definition, key.FullPath, cancellationToken);
        await cache.RaiseAsync(definition.Path, key.FullPath, floor: 0, cancellationToken);
        var demand = await queue.EnqueueAsync(definition.WorkerPool, key, revision, reload: true, cancellationToken);
        await cache.RaiseAsync(definition.Path, key.FullPath, Math.Max(demand.Floor, floor), cancellationToken);
        await store.EndDemandAsync(definition.Path, cancellationToken);
        Failpoint.Reach(Failpoint.AfterDemand);
    }

    // A publisher that died between definition and demand has left a path that nobody generates; so has a store
    // that lost its jobs.
    private async Task AskAgainAsync(
        GeneratorDefinition definition, long revision, Func<string, bool>? owes, CancellationToken cancellationToken)
    {
        if (definition.Suspend)
            return;
        if (owes?.Invoke(definition.Path) ?? await store.OwesDemandAsync(definition.Path, cancellationToken))
        {
            await AskAnewAsync(definition, revision, 0, cancellationToken);
            return;
        }
        var key = BareRun.KeyOf(definition);
        var entry = await cache.ReadAsync(key.FullPath, cancellationToken);
        if (entry.Failures > 0 || entry.Result?.DefinitionHash == definition.Hash)
            return;
        await sets.AdmitAsync(definition, key.FullPath, cancellationToken);
        await queue.EnqueueAsync(definition.WorkerPool, key, revision, reload: false, cancellationToken);
    }

    /// <summary>
    /// Ends what removals and moves have begun, also those of a publisher that died; to be called every few seconds.
    /// </summary>
    /// <param name="beforeEach">Called before anything of a path is removed; what it throws ends it there.</param>
    /// <param name="cancellationToken">Ends it half-way; the next call goes on.</param>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public Task EndRemovalsAsync(Action beforeEach, CancellationToken cancellationToken) =>
        removals.EndAsync(beforeEach, AskForAnewAsync, cancellationToken);

    /// <summary>Removes jobs and results of a generator that is gone; also for a run that stored too late.</summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public Task RemoveKeysAsync(string pool, string path, CancellationToken cancellationToken) =>
        removals.RemoveLateAsync(new RemovalNote(pool, path, new RequestKey(path, []).FullPath), cancellationToken);

    // Published again in the middle of its removal, it would wait for its first request.
    private async Task AskForAnewAsync(string path, CancellationToken cancellationToken)
    {
        if (await store.ReadScriptAsync(path, cancellationToken) is { } anew)
            await PublishOneAsync(anew.Script, owes: null, cancellationToken);
    }

    private static (string Hash, string Name, string Uid, string? DeclaredIn) Identity(GeneratorDefinition definition) =>
        (definition.Hash, definition.Name, definition.Uid, definition.DeclaredIn);

    private static Task ForEachAsync<T>(IEnumerable<T> items, Func<T, CancellationToken, ValueTask> one, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            items, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, one);
}
