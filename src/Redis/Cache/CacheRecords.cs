using HttpSd.Core.Freshness;

namespace HttpSd.Redis.Cache;

/// <summary>The last good result, but for its body.</summary>
/// <param name="ETag">Quoted, strong; also says whether a body in memory is this one.</param>
/// <param name="Times">When it was stored, by Redis' clock, and its own TTLs.</param>
/// <param name="Targets">How many targets it has.</param>
/// <param name="Groups">How many groups it has.</param>
/// <param name="Took">How long the run took.</param>
/// <param name="DefinitionHash">Of the definition that made it.</param>
/// <param name="Warnings">What the validator found odd but valid.</param>
public sealed record CachedResult(
    string ETag,
    CachedTimes Times,
    int Targets,
    int Groups,
    TimeSpan Took,
    string DefinitionHash,
    IReadOnlyList<string> Warnings)
{
    /// <summary>The token under which it was stored; a clearing with a higher one means it.</summary>
    public long Token { get; init; }

    /// <summary>When the list became this one, by Redis' clock: runs that bring the same again don't move it.</summary>
    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>When Redis drops its body by itself, by Redis' clock.</summary>
    public DateTimeOffset KeptUntil { get; init; } = DateTimeOffset.MaxValue;
}

/// <summary>The last error, kept until a success or its TTL.</summary>
/// <param name="At">When it was stored, by Redis' clock.</param>
/// <param name="Type">See <see cref="Core.Runs.RunFailure"/>.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Traceback">May be empty.</param>
/// <param name="LogTail">The end of what the script printed; may be empty.</param>
/// <param name="WorkerId">Who ran it.</param>
/// <param name="JobId">The job's id.</param>
/// <param name="Took">How long the run took.</param>
public sealed record CachedError(
    DateTimeOffset At,
    string Type,
    string Message,
    string Traceback,
    string LogTail,
    string WorkerId,
    string JobId,
    TimeSpan Took);

/// <summary>Everything known of one full path at a moment of Redis' clock, but for the body.</summary>
/// <param name="Now">Redis' clock.</param>
/// <param name="Result">The last good result; null when there is none, or its body is gone.</param>
/// <param name="Error">The last error; null when there is none, or its TTL is over.</param>
/// <param name="Failures">Failed runs since the last success.</param>
/// <param name="NextRetry">Before this nobody should enqueue; null when nothing failed.</param>
public sealed record CacheEntry(
    DateTimeOffset Now,
    CachedResult? Result,
    CachedError? Error,
    int Failures,
    DateTimeOffset? NextRetry)
{
    /// <summary>The token of the last reload; 0: none, or Redis has lost it.</summary>
    public long Cleared { get; init; }

    /// <summary>How long demand has to wait; zero when it need not.</summary>
    public TimeSpan Backoff => NextRetry is { } next && next > Now ? next - Now : TimeSpan.Zero;
}

/// <summary>What came of storing a result or an error.</summary>
public enum CommitOutcome
{
    /// <summary>Stored.</summary>
    Stored,

    /// <summary>Stored; the body was the same already.</summary>
    Unchanged,

    /// <summary>This very run has stored before.</summary>
    Repeated,

    /// <summary>A run claimed later has stored; nothing was written.</summary>
    Overtaken,

    /// <summary>A reload or a changed definition came after this run's claim; nothing was written.</summary>
    Superseded,
}

/// <summary>A result to store.</summary>
/// <param name="FullPath">The canonical full path.</param>
/// <param name="Token">The claim's token; 0 for a list that no worker made.</param>
/// <param name="ETag">Of the body.</param>
/// <param name="Body">As it is served.</param>
/// <param name="Gzip">The body gzipped; empty when that is not worth it.</param>
/// <param name="CacheTtl">Fresh for.</param>
/// <param name="StaleTtl">Served for after that.</param>
/// <param name="Retention">Kept for after that, and after what polling adds to <paramref name="CacheTtl"/>; zero: for ever.</param>
/// <param name="Targets">How many targets.</param>
/// <param name="Groups">How many groups.</param>
/// <param name="Took">How long the run took.</param>
/// <param name="DefinitionHash">Of the definition that made it.</param>
/// <param name="Warnings">What the validator found odd but valid.</param>
public sealed record ResultCommit(
    string FullPath,
    long Token,
    string ETag,
    ReadOnlyMemory<byte> Body,
    ReadOnlyMemory<byte> Gzip,
    TimeSpan CacheTtl,
    TimeSpan StaleTtl,
    TimeSpan Retention,
    int Targets,
    int Groups,
    TimeSpan Took,
    string DefinitionHash,
    IReadOnlyList<string> Warnings);

/// <summary>What a reload cleared.</summary>
public readonly record struct ClearResult(bool Result, bool Error);

/// <summary>Whether a parameter set is kept.</summary>
/// <param name="Admitted">False: the generator has as many as it may.</param>
/// <param name="Evicted">The full path that made room, if one did; what is left of it is the caller's to drop.</param>
public readonly record struct AdmitResult(bool Admitted, string? Evicted);
