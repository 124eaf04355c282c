using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;

namespace HttpSd.SdServer.Memory;

/// <summary>Brings a slot up to date; one read per slot at a time, whoever asks.</summary>
internal sealed class ListSource(ResultCache cache, ListMemory memory, StoreCircuit circuit, TimeProvider time)
{
    // Meta and body are two keys, and a result can be replaced in between: then both are read again.
    private const int Tries = 3;

    /// <summary>What Redis says now.</summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached, or failed a moment ago.</exception>
    public Task<Snapshot> ReadAsync(MemorySlot slot)
    {
        if (circuit.IsOpen)
            return Task.FromException<Snapshot>(new StoreUnavailableException());
        lock (slot.Gate)
        {
            var version = slot.Version;
            // A read that began before the last change may bring what was there before it.
            if (slot.Reading is { Task.IsCompleted: false } under && under.Version == version)
                return under.Task;
            var task = ReadAsync(slot, version);
            slot.Reading = (task, version);
            return task;
        }
    }

    /// <summary>The gzipped bytes of a snapshot's body; empty when there are none.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadGzipAsync(MemorySlot slot, ListBody body)
    {
        if (body.Gzip is { } known)
            return known.Bytes;
        if (circuit.IsOpen)
            return ReadOnlyMemory<byte>.Empty;
        try
        {
            var bytes = await cache.ReadGzipAsync(slot.FullPath, body.ETag, CancellationToken.None) ?? ReadOnlyMemory<byte>.Empty;
            body.Gzip = new ListBody.GzipBytes(bytes);
            memory.Account(slot);
            return bytes;
        }
        catch (StoreUnavailableException)
        {
            return ReadOnlyMemory<byte>.Empty;
        }
    }

    private async Task<Snapshot> ReadAsync(MemorySlot slot, long version)
    {
        try
        {
            var snapshot = await ReadPairAsync(slot, version);
            memory.Keep(slot, snapshot);
            return snapshot;
        }
        catch (StoreUnavailableException e)
        {
            circuit.TripFor(e);
            throw;
        }
    }

    private async Task<Snapshot> ReadPairAsync(MemorySlot slot, long version)
    {
        for (var attempt = 1; ; attempt++)
        {
            var asked = time.GetTimestamp();
            // Not the request's token: others wait for the same answer.
            var entry = await cache.ReadAsync(slot.FullPath, CancellationToken.None);
            if (entry.Result is not { } result)
                return WithoutList(slot, entry, asked, version);
            if (slot.Snapshot?.Known?.Body is { } known && known.ETag == result.ETag)
                return WithList(slot, entry, known, asked, version);
            if (await cache.ReadBodyAsync(slot.FullPath, result.ETag, CancellationToken.None) is { } bytes)
                return WithList(slot, entry, new ListBody(result.ETag, bytes), asked, version);
            if (attempt == Tries)
                return WithoutList(slot, entry with { Result = null }, asked, version);
        }
    }

    private Snapshot WithList(MemorySlot slot, CacheEntry entry, ListBody body, long asked, long version) =>
        new(entry, body, asked, version)
        {
            Modified = LastModified.Of(entry.Result!.ChangedAt, time.GetUtcNow(), slot.Snapshot?.Known?.Modified),
        };

    // A result goes because it was cleared, or because its time is over; else the store has lost it.
    private static Snapshot WithoutList(MemorySlot slot, CacheEntry entry, long asked, long version)
    {
        slot.NoteCleared(entry.Cleared);
        var known = slot.Snapshot?.Known;
        var lost = known?.Entry.Result is { } result && result.Token >= slot.Cleared && entry.Now < result.KeptUntil;
        return new Snapshot(entry, null, asked, version) { Lost = lost ? known : null };
    }
}
