using HttpSd.Redis.Queue;

namespace HttpSd.SdServer.Memory;

/// <summary>All that this process holds of one full path; <see cref="ListMemory"/> owns it.</summary>
internal sealed class MemorySlot(string path, string fullPath)
{
    private long version;
    private long cleared;
    private long lastUsed;
    private Snapshot? snapshot;

    /// <summary>The generator's path.</summary>
    public string Path { get; } = path;

    public string FullPath { get; } = fullPath;

    /// <summary>The last answer of Redis; null before the first.</summary>
    public Snapshot? Snapshot
    {
        get => Volatile.Read(ref snapshot);
        set => Volatile.Write(ref snapshot, value);
    }

    /// <summary>Rises whenever Redis is known to hold something else by now.</summary>
    public long Version => Interlocked.Read(ref version);

    /// <summary>The highest token of a clearing that was heard of: a list that isn't newer is nobody's last known one.</summary>
    public long Cleared => Interlocked.Read(ref cleared);

    public long LastUsed => Volatile.Read(ref lastUsed);

    /// <summary>Guards the fields below.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The read under way, so that there is one at a time, and the version that it began with.</summary>
    public (Task<Snapshot> Task, long Version)? Reading { get; set; }

    /// <summary>The enqueue under way, likewise, and the revision that it asks for.</summary>
    public (Task<EnqueueResult> Task, long Revision)? Asking { get; set; }

    /// <summary>The restoring of a static list under way.</summary>
    public Task? Restoring { get; set; }

    /// <summary>A refresh waits to be enqueued.</summary>
    public bool RefreshPending { get; set; }

    /// <summary>When a refresh was enqueued last; 0: never.</summary>
    public long RefreshedAt { get; set; }

    /// <summary>When the parameter set was last given its place; 0: never.</summary>
    public long AdmittedAt { get; set; }

    /// <summary>When it was last said to be still in use; 0: never.</summary>
    public long TouchedAt { get; set; }

    /// <summary>What <see cref="ListMemory"/> counts for it.</summary>
    public long CountedBytes { get; set; }

    public bool Removed { get; set; }

    public void Touch(long timestamp) => Volatile.Write(ref lastUsed, timestamp);

    public void Invalidate() => Interlocked.Increment(ref version);

    /// <summary>Notes a clearing; it never falls, so that a loss of data doesn't undo it.</summary>
    public void NoteCleared(long token)
    {
        for (var known = Cleared; token > known;)
        {
            var seen = Interlocked.CompareExchange(ref cleared, token, known);
            if (seen == known)
                return;
            known = seen;
        }
    }

    /// <summary>The snapshot, if it may be served without asking Redis.</summary>
    public Snapshot? Verified(TimeProvider time, TimeSpan localFreshness) =>
        Snapshot is { } known && known.Version == Version && time.GetElapsedTime(known.ReadAt) < localFreshness ? known : null;
}
