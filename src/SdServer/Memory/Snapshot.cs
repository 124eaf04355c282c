using HttpSd.Redis.Cache;

namespace HttpSd.SdServer.Memory;

/// <summary>What Redis said of a full path at one moment.</summary>
/// <param name="entry">Everything but the bytes.</param>
/// <param name="body">The bytes; null exactly when there is no result.</param>
/// <param name="readAt">When it was asked, as <see cref="TimeProvider.GetTimestamp"/>.</param>
/// <param name="version">Of the slot when it was asked; an older one than the slot's is not current any more.</param>
internal sealed class Snapshot(CacheEntry entry, ListBody? body, long readAt, long version)
{
    public CacheEntry Entry { get; } = entry;

    public ListBody? Body { get; } = body;

    public long ReadAt { get; } = readAt;

    public long Version { get; } = version;

    /// <summary>When the list changed last, as clients are told; null without one.</summary>
    public LastModified? Modified { get; init; }

    /// <summary>The last snapshot with a list, when Redis has none any more and nobody has cleared it.</summary>
    public Snapshot? Lost { get; init; }

    /// <summary>The last list known: this one's, or the one that Redis has lost.</summary>
    public Snapshot? Known => Body is null ? Lost : this;

    /// <summary>What it takes of the memory: the bytes, and what scripts had to say.</summary>
    public long Size =>
        (Body?.Size ?? 0)
        + (Lost?.Size ?? 0)
        + (2L * ((Entry.Error?.Traceback.Length ?? 0) + (Entry.Error?.LogTail.Length ?? 0) + (Entry.Error?.Message.Length ?? 0)))
        + (2L * (Entry.Result?.Warnings.Sum(w => w.Length) ?? 0));

    /// <summary>Redis' clock now: its answer then and the time since, so that no local wall clock matters.</summary>
    public DateTimeOffset Now(TimeProvider time) => Entry.Now + time.GetElapsedTime(ReadAt);

    /// <summary>How long demand still has to wait.</summary>
    public TimeSpan Backoff(TimeProvider time) =>
        Entry.NextRetry is { } next && next - Now(time) is { Ticks: > 0 } rest ? rest : TimeSpan.Zero;
}
