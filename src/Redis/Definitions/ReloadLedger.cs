using System.Security.Cryptography;
using System.Text;
using HttpSd.Core;
using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Queue;

namespace HttpSd.Redis.Definitions;

/// <summary>What came of a reload asked for by a value.</summary>
public enum ReloadOutcome
{
    /// <summary>Every variant was cleared and a new run asked for.</summary>
    Reloaded,

    /// <summary>This value was carried out before.</summary>
    DoneBefore,

    /// <summary>Nothing can be made anew: the generator is suspended, or static.</summary>
    NothingToRun,
}

/// <summary>
/// Reloads of a whole generator that are asked for by a value, as an annotation does: each value counts once,
/// also when whoever carries it out dies half-way and another goes on.
/// </summary>
/// <remarks>All methods throw <see cref="StoreUnavailableException"/> when Redis can't be reached.</remarks>
public sealed class ReloadLedger(
    RedisConnection redis, DefinitionStore store, JobQueue queue, ResultCache cache, ParameterSets sets)
{
    private enum State
    {
        Begun = 0,
        Resumed = 1,
        Done = 2,
    }

    /// <summary>Clears all variants and asks for the one without parameters, unless this was done for the value.</summary>
    /// <param name="owner">Who asks: an object's UID.</param>
    /// <param name="value">Any text.</param>
    /// <param name="definition">The generator; it has to be published.</param>
    /// <param name="cancellationToken">Ends it half-way; the next call with the value goes on.</param>
    public async Task<ReloadOutcome> ReloadAsync(
        string owner, string value, GeneratorDefinition definition, CancellationToken cancellationToken)
    {
        var (state, floor) = await NoteAsync(owner, value, done: false, 0, cancellationToken);
        if (state == State.Done)
            return ReloadOutcome.DoneBefore;
        Failpoint.Reach(Failpoint.AfterReloadNoted);
        var outcome = ReloadOutcome.NothingToRun;
        if (!definition.Suspend && definition.Runtime != GeneratorRuntime.Static)
        {
            await ReloadAsync(owner, value, definition, floor, cancellationToken);
            outcome = ReloadOutcome.Reloaded;
        }
        await NoteAsync(owner, value, done: true, 0, cancellationToken);
        Failpoint.Reach(Failpoint.AfterReloadDone);
        return outcome;
    }

    /// <summary>
    /// The value was answered without clearing anything. What was carried out for the one before it is forgotten, so that
    /// it counts when it comes again; what was carried out for this very value stays noted.
    /// </summary>
    /// <param name="owner">Who asks.</param>
    /// <param name="value">As in <see cref="ReloadAsync(string, string, GeneratorDefinition, CancellationToken)"/>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task AnsweredAsync(string owner, string value, CancellationToken cancellationToken) =>
        redis.ControlAsync(async (db, keys) =>
        {
            // Not atomic: an owner's values are carried out one at a time.
            var noted = (string?)await db.HashGetAsync(keys.Reloads, owner);
            return noted is not null && !noted.EndsWith($"|{Digest(value)}", StringComparison.Ordinal)
                && await db.HashDeleteAsync(keys.Reloads, owner);
        }, cancellationToken);

    /// <summary>Everybody who has asked so far.</summary>
    public Task<IReadOnlyList<string>> ReadOwnersAsync(CancellationToken cancellationToken) =>
        redis.ControlAsync<IReadOnlyList<string>>(
            async (db, keys) => (await db.HashKeysAsync(keys.Reloads)).Select(o => o.ToString()).ToList(), cancellationToken);

    /// <summary>Forgets who is gone.</summary>
    public Task ForgetAsync(string owner, CancellationToken cancellationToken) =>
        redis.ControlAsync((db, keys) => db.HashDeleteAsync(keys.Reloads, owner), cancellationToken);

    // Demand first, as with a reload by request. What was asked for before is not asked for again when it has
    // come already: clearing spares results of runs claimed after the floor. The floor is the demand's: the queue's
    // tokens may be ahead of any clock.
    private async Task ReloadAsync(
        string owner, string value, GeneratorDefinition definition, long floor, CancellationToken cancellationToken)
    {
        var key = BareRun.KeyOf(definition);
        var isResumed = floor > 0;
        if (!isResumed)
        {
            // Its run may look at what failed before sooner than that is cleared.
            await cache.RaiseAsync(key.FullPath, floor: 0, cancellationToken);
            floor = await AskAsync(definition, key, cancellationToken);
            await NoteAsync(owner, value, done: false, floor, cancellationToken);
        }
        Failpoint.Reach(Failpoint.AfterReloadAsked);
        // First the one that runs.
        foreach (var variant in new[] { key.FullPath }.Union(await cache.ReadVariantsAsync(definition.Path, cancellationToken)))
            await cache.ClearAsync(variant, floor, cancellationToken);
        Failpoint.Reach(Failpoint.AfterReloadCleared);
        if (isResumed && !await HasComeAsync(definition, key, floor, cancellationToken))
            await AskAsync(definition, key, cancellationToken);
    }

    private async Task<long> AskAsync(GeneratorDefinition definition, RequestKey key, CancellationToken cancellationToken)
    {
        var revision = (await store.ReadScriptAsync(definition.Path, cancellationToken))?.Revision ?? 0;
        // Sets in use keep their places, and the run is asked for all the same.
        await sets.AdmitAsync(definition, key.FullPath, cancellationToken);
        return (await queue.EnqueueAsync(definition.WorkerPool, key, revision, reload: true, cancellationToken)).Floor;
    }

    private async Task<bool> HasComeAsync(GeneratorDefinition definition, RequestKey key, long floor, CancellationToken cancellationToken)
    {
        var entry = await cache.ReadAsync(key.FullPath, cancellationToken);
        if (entry.Result is not null || entry.Failures > 0)
            return true;
        var job = await queue.ReadJobAsync(definition.WorkerPool, key.FullPath, cancellationToken);
        return job is { Running: true } && job.Since.ToUnixTimeMilliseconds() > floor / 1000;
    }

    private Task<(State State, long Floor)> NoteAsync(
        string owner, string value, bool done, long floor, CancellationToken cancellationToken) =>
        redis.ControlAsync(async (db, keys) =>
        {
            var answer = (long[])(await DefinitionScripts.Reload.RunAsync(
                db, [keys.Reloads], owner, Digest(value), done ? 1 : 0, floor))!;
            return ((State)answer[0], answer[1]);
        }, cancellationToken);

    // An annotation may have 256 kB, and lines.
    private static string Digest(string value) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)))[..32];
}
