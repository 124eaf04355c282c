using System.Text;
using System.Text.Json;
using HttpSd.Core.Freshness;
using HttpSd.Redis.Connection;
using StackExchange.Redis;

namespace HttpSd.Redis.Cache;

/// <summary>
/// The last good result, the last error and the fence of every full path. Writes are one atomic script each
/// and harmless to repeat.
/// </summary>
/// <remarks>All methods throw <see cref="StoreUnavailableException"/> when Redis can't be reached.</remarks>
public sealed class ResultCache(RedisConnection redis)
{
    // The longest that a server's Server:StaleIfError lets it serve what it knew: until then it has to find the mark.
    private static readonly TimeSpan MarkKept = TimeSpan.FromDays(30);

    // Costs less than to ask whether it is needed, in bytes.
    private const int SmallBody = 4096;

    /// <summary>Everything known of a full path, but for the body.</summary>
    public Task<CacheEntry> ReadAsync(string fullPath, CancellationToken cancellationToken) =>
        redis.ControlAsync(
            async (db, keys) => EntryReader.Read((RedisResult[])(await CacheScripts.Read.RunAsync(db, keys.Result(fullPath)))!),
            cancellationToken);

    /// <summary>The body, if it is the one with this ETag; null when another run has replaced it, or it is gone.</summary>
    public Task<ReadOnlyMemory<byte>?> ReadBodyAsync(string fullPath, string etag, CancellationToken cancellationToken) =>
        ReadTaggedAsync(k => k.Body(fullPath), etag, cancellationToken);

    /// <summary>The gzipped body, likewise; null also when none was worth storing.</summary>
    public Task<ReadOnlyMemory<byte>?> ReadGzipAsync(string fullPath, string etag, CancellationToken cancellationToken) =>
        ReadTaggedAsync(k => k.Gzip(fullPath), etag, cancellationToken);

    /// <summary>Stores a result unless the fence refuses it. A body that is no small one is sent only when Redis hasn't got it.</summary>
    public async Task<CommitOutcome> CommitAsync(ResultCommit commit, CancellationToken cancellationToken)
    {
        var isSmall = commit.Body.Length + commit.Gzip.Length <= SmallBody;
        var code = await redis.ControlAsync((db, keys) => RunCommitAsync(db, keys, commit, withBody: isSmall), cancellationToken);
        if (code == 3)
            code = await redis.BulkAsync((db, keys) => RunCommitAsync(db, keys, commit, withBody: true), cancellationToken);
        return Outcome(code);
    }

    /// <summary>Stores an error unless the fence refuses it; the result stays.</summary>
    /// <param name="fullPath">The canonical full path.</param>
    /// <param name="token">The claim's token; 0 when the claim is gone (a job that lost all its workers).</param>
    /// <param name="error">What went wrong; its time is Redis' own.</param>
    /// <param name="errorTtl">Kept for; zero: only the backoff is.</param>
    /// <param name="backoff">How long demand has to wait.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<CommitOutcome> FailAsync(
        string fullPath, long token, CachedError error, TimeSpan errorTtl, TimeSpan backoff, CancellationToken cancellationToken) =>
        redis.ControlAsync(
            async (db, keys) => Outcome((int)await CacheScripts.Fail.RunAsync(
                db,
                keys.Result(fullPath),
                token,
                EntryReader.WriteError(error),
                Milliseconds(errorTtl),
                Milliseconds(backoff),
                fullPath,
                keys.Changed.ToString(),
                keys.Outcomes.ToString())),
            cancellationToken);

    /// <summary>A reload: clears result, error and backoff, and voids runs claimed before the floor.</summary>
    public Task<ClearResult> ClearAsync(string fullPath, long floor, CancellationToken cancellationToken) =>
        redis.ControlAsync(async (db, keys) =>
        {
            var answer = (int[])(await CacheScripts.Clear.RunAsync(
                db, keys.Result(fullPath), floor, fullPath, keys.Changed.ToString(), keys.Outcomes.ToString(), keys.Cleared.ToString(), Milliseconds(MarkKept)))!;
            return new ClearResult(answer[0] == 1, answer[1] == 1);
        }, cancellationToken);

    /// <summary>
    /// A changed definition: voids runs claimed before the floor, resets the backoff, has the next outcome told whatever
    /// it is, clears nothing. With a floor of 0, which voids none, to be called also before a run is asked for: it may
    /// begin, and end, before its floor is known here.
    /// </summary>
    public Task RaiseAsync(string fullPath, long floor, CancellationToken cancellationToken) =>
        redis.ControlAsync(
            async (db, keys) => (int)await CacheScripts.Raise.RunAsync(db, keys.Result(fullPath), floor, 1, 0),
            cancellationToken);

    /// <summary>The same for one variant and all others that there are.</summary>
    public async Task RaiseAsync(string path, string fullPath, long floor, CancellationToken cancellationToken)
    {
        foreach (var variant in (await ReadVariantsAsync(path, cancellationToken)).Union([fullPath]))
            await RaiseAsync(variant, floor, cancellationToken);
    }

    /// <summary>Voids the claim that this run replaces; true when the lost run had stored its result after all.</summary>
    public Task<bool> ReplaceLostAsync(string fullPath, long lostToken, CancellationToken cancellationToken) =>
        redis.ControlAsync(
            async (db, keys) => (int)await CacheScripts.Raise.RunAsync(db, keys.Result(fullPath), lostToken, 0, lostToken) == 2,
            cancellationToken);

    /// <summary>Notes that a parameter set was asked for, and makes room for a new one when it may.</summary>
    /// <param name="path">The generator's path.</param>
    /// <param name="fullPath">The canonical full path.</param>
    /// <param name="most">The most sets kept.</param>
    /// <param name="idle">How long a set must not have been asked for to make room.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<AdmitResult> AdmitAsync(
        string path, string fullPath, int most, TimeSpan idle, CancellationToken cancellationToken)
    {
        var answer = await redis.ControlAsync(
            async (db, keys) => (RedisResult[])(await CacheScripts.Admit.RunAsync(
                db, [keys.Variants(path)], fullPath, most, Milliseconds(idle)))!,
            cancellationToken);
        return new AdmitResult((int)answer[0] == 1, answer.Length > 1 ? (string)answer[1]! : null);
    }

    /// <summary>Notes that a parameter set is still asked for; false when it isn't known any more.</summary>
    public Task<bool> TouchAsync(string path, string fullPath, CancellationToken cancellationToken) =>
        redis.ControlAsync(
            async (db, keys) => (int)await CacheScripts.Touch.RunAsync(db, [keys.Variants(path)], fullPath) == 1,
            cancellationToken);

    /// <summary>Whether a full path is among the parameter sets kept for its generator.</summary>
    public Task<bool> IsVariantAsync(string path, string fullPath, CancellationToken cancellationToken) =>
        redis.ControlAsync(
            async (db, keys) => await db.SortedSetScoreAsync(keys.Variants(path), fullPath) is not null,
            cancellationToken);

    /// <summary>Whether a reload or a change of the definition has voided what a run with this token might store.</summary>
    public Task<bool> IsVoidAsync(string fullPath, long token, CancellationToken cancellationToken) =>
        redis.ControlAsync(
            async (db, keys) => (long?)await db.HashGetAsync(keys.Meta(fullPath), "floor") >= token,
            cancellationToken);

    /// <summary>Every parameter set kept for a generator, as full paths.</summary>
    public Task<IReadOnlyList<string>> ReadVariantsAsync(string path, CancellationToken cancellationToken) =>
        redis.ControlAsync<IReadOnlyList<string>>(
            async (db, keys) => (await db.SortedSetRangeByRankAsync(keys.Variants(path))).Select(v => v.ToString()).ToList(),
            cancellationToken);

    /// <summary>Removes every key of these full paths.</summary>
    public Task DeleteAsync(IReadOnlyList<string> fullPaths, CancellationToken cancellationToken) =>
        redis.ControlAsync(async (db, keys) =>
        {
            // One call per path: in a cluster only the keys of one path share a slot.
            await Task.WhenAll(fullPaths.Select(p => CacheScripts.Delete.RunAsync(
                db, keys.Result(p), p, keys.Changed.ToString(), keys.Outcomes.ToString(), keys.Cleared.ToString())));
            return true;
        }, cancellationToken);

    /// <summary>Removes the list of a generator's parameter sets.</summary>
    public Task DeleteVariantsAsync(string path, CancellationToken cancellationToken) =>
        redis.ControlAsync((db, keys) => db.KeyDeleteAsync(keys.Variants(path)), cancellationToken);

    private static async Task<int> RunCommitAsync(IDatabase db, Keys keys, ResultCommit c, bool withBody) =>
        (int)await CacheScripts.Commit.RunAsync(
            db,
            keys.Result(c.FullPath),
            c.Token,
            c.ETag,
            withBody ? Tag(c.ETag, c.Body) : RedisValue.EmptyString,
            withBody && c.Gzip.Length > 0 ? Tag(c.ETag, c.Gzip) : RedisValue.EmptyString,
            Milliseconds(c.CacheTtl),
            Milliseconds(c.StaleTtl),
            Milliseconds(FreshnessPolicy.KeptFor(c.CacheTtl, c.StaleTtl, c.Retention)),
            c.Targets,
            c.Groups,
            Milliseconds(c.Took),
            c.DefinitionHash,
            c.Warnings.Count == 0 ? RedisValue.EmptyString : JsonSerializer.Serialize(c.Warnings),
            c.FullPath,
            keys.Changed.ToString(),
            keys.Outcomes.ToString());

    private Task<ReadOnlyMemory<byte>?> ReadTaggedAsync(Func<Keys, RedisKey> key, string etag, CancellationToken cancellationToken) =>
        redis.BulkAsync<ReadOnlyMemory<byte>?>(async (db, keys) =>
        {
            var stored = (byte[]?)await db.StringGetAsync(key(keys));
            var head = Encoding.ASCII.GetByteCount(etag) + 1;
            var own = stored is not null && stored.Length >= head
                && stored[head - 1] == '\n'
                && stored.AsSpan(0, head - 1).SequenceEqual(Encoding.ASCII.GetBytes(etag));
            // Not "? : null", which would turn null into a Memory that is empty, and "gone" into an empty body.
            if (!own)
                return null;
            return stored.AsMemory(head);
        }, cancellationToken);

    // The tag in front lets a reader see that meta and body, two keys read apart, belong together.
    private static RedisValue Tag(string etag, ReadOnlyMemory<byte> body)
    {
        var head = Encoding.ASCII.GetBytes(etag + "\n");
        var tagged = new byte[head.Length + body.Length];
        head.CopyTo(tagged, 0);
        body.CopyTo(tagged.AsMemory(head.Length));
        return tagged;
    }

    private static CommitOutcome Outcome(int code) => code switch
    {
        1 => CommitOutcome.Stored,
        0 => CommitOutcome.Unchanged,
        2 => CommitOutcome.Repeated,
        -1 => CommitOutcome.Overtaken,
        -2 => CommitOutcome.Superseded,
        _ => throw new InvalidOperationException($"a script answered {code}"),
    };

    private static long Milliseconds(TimeSpan value) => (long)value.TotalMilliseconds;
}
