using System.Collections.Concurrent;
using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Queue;

namespace HttpSd.Redis.Definitions;

/// <summary>
/// What follows the removal of a definition, or its move to another pool, in other slots. Each is gone through twice:
/// who acts on a definition that is gone, not having heard of it, leaves something.
/// </summary>
/// <remarks>All methods throw <see cref="StoreUnavailableException"/> when Redis can't be reached.</remarks>
internal sealed class Removals(DefinitionStore store, JobQueue queue, ResultCache cache, TimeProvider time)
{
    // Servers hear of a change within two seconds, and a run stores nothing that its definition is gone for so long.
    private static readonly TimeSpan SecondPass = TimeSpan.FromSeconds(5);

    // When each note was acted on first, as a timestamp of the clock.
    private readonly ConcurrentDictionary<RemovalNote, long> passed = [];

    /// <summary>Goes through every note that is new, or is due again.</summary>
    /// <param name="beforeEach">Called before anything of a path is removed.</param>
    /// <param name="askAnew">Asks for the run of a path that was published again meanwhile.</param>
    /// <param name="cancellationToken">Ends it half-way; the next call goes on.</param>
    public async Task EndAsync(
        Action beforeEach, Func<string, CancellationToken, Task> askAnew, CancellationToken cancellationToken)
    {
        var notes = await store.ReadRemovalsAsync(cancellationToken);
        foreach (var moot in passed.Keys.Except(notes))
            passed.TryRemove(moot, out _);
        foreach (var note in notes)
        {
            var isSecond = passed.TryGetValue(note, out var first);
            if (isSecond && time.GetElapsedTime(first) < SecondPass)
                continue;
            beforeEach();
            await PassAsync(note, askAnew, cancellationToken);
            if (!isSecond)
                continue;
            await store.EndRemovalAsync(note, cancellationToken);
            passed.TryRemove(note, out _);
        }
    }

    /// <summary>Acts on one. A path that has begun anew keeps its lists, and its jobs when it is in the same pool.</summary>
    public async Task PassAsync(
        RemovalNote note, Func<string, CancellationToken, Task> askAnew, CancellationToken cancellationToken)
    {
        passed[note] = time.GetTimestamp();
        var now = await store.ReadAtAsync(note.Path, cancellationToken);
        if (!now.Exists)
        {
            await RemoveKeysAsync(note, cancellationToken);
            await askAnew(note.Path, cancellationToken);
        }
        else if (now.Definition is { } definition && definition.WorkerPool != note.Pool)
        {
            await LeaveAsync(note, cancellationToken);
        }
    }

    /// <summary>
    /// Cancels the jobs in a pool that the definition has left. A floor: results of runs claimed there before it are
    /// older than the move; 0 when there were none.
    /// </summary>
    public async Task<long> LeaveAsync(DefinitionWrite written, GeneratorDefinition definition, CancellationToken cancellationToken) =>
        written.LeftPool is { } pool
            ? await LeaveAsync(new RemovalNote(pool, definition.Path, BareRun.KeyOf(definition).FullPath), cancellationToken)
            : 0;

    /// <summary>Removes jobs and results.</summary>
    public async Task RemoveKeysAsync(RemovalNote note, CancellationToken cancellationToken)
    {
        var all = await FullPathsAsync(note, cancellationToken);
        await queue.CancelAsync(note.Pool, all, cancellationToken);
        await cache.DeleteAsync(all, cancellationToken);
        await cache.DeleteVariantsAsync(note.Path, cancellationToken);
    }

    /// <summary>The same for whoever isn't the publisher, and may have looked before the path was taken by another: that one's first run is asked for again.</summary>
    public async Task RemoveLateAsync(RemovalNote note, CancellationToken cancellationToken)
    {
        await RemoveKeysAsync(note, cancellationToken);
        if ((await store.ReadAtAsync(note.Path, cancellationToken)).Definition is { Suspend: false, Runtime: not GeneratorRuntime.Static } taken)
            await queue.EnqueueAsync(taken.WorkerPool, BareRun.KeyOf(taken), wantedRevision: 0, reload: false, cancellationToken);
    }

    private async Task<long> LeaveAsync(RemovalNote note, CancellationToken cancellationToken)
    {
        passed[note] = time.GetTimestamp();
        var jobs = await FullPathsAsync(note, cancellationToken);
        return (await queue.CancelAsync(note.Pool, jobs, cancellationToken)).Floor;
    }

    // The run without parameters may have found no place among the sets.
    private async Task<IReadOnlyList<string>> FullPathsAsync(RemovalNote note, CancellationToken cancellationToken) =>
        [.. (await cache.ReadVariantsAsync(note.Path, cancellationToken)).Union([note.FullPath, new RequestKey(note.Path, []).FullPath])];
}
