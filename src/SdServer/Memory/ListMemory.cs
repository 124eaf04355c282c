using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace HttpSd.SdServer.Memory;

/// <summary>The lists in memory, by canonical full path; bounded in bytes, the least recently used go.</summary>
internal sealed class ListMemory(IOptions<ServerOptions> options, TimeProvider time)
{
    // Of a slot without its body: the objects, and twice the path, which is in the slot and in the error record.
    private const int SlotBytes = 1024;

    private readonly ConcurrentDictionary<string, MemorySlot> slots = new(StringComparer.Ordinal);
    private readonly Lock accounts = new();
    private long bytes;

    public long Bytes => Interlocked.Read(ref bytes);

    public int Count => slots.Count;

    public MemorySlot? Find(string fullPath)
    {
        if (!slots.TryGetValue(fullPath, out var slot))
            return null;
        slot.Touch(time.GetTimestamp());
        return slot;
    }

    /// <summary>As <see cref="Find"/>, but not a use.</summary>
    public MemorySlot? Peek(string fullPath) => slots.GetValueOrDefault(fullPath);

    public MemorySlot GetOrAdd(string path, string fullPath)
    {
        var slot = slots.GetOrAdd(fullPath, static (f, p) => new MemorySlot(p, f), path);
        slot.Touch(time.GetTimestamp());
        Account(slot);
        return slot;
    }

    /// <summary>Takes a new snapshot in.</summary>
    public void Keep(MemorySlot slot, Snapshot snapshot)
    {
        slot.Snapshot = snapshot;
        Account(slot);
    }

    /// <summary>Counts a slot anew, after something in it has changed.</summary>
    public void Account(MemorySlot slot)
    {
        lock (accounts)
        {
            if (slot.Removed)
                return;
            var now = SlotBytes + (4L * slot.FullPath.Length) + (slot.Snapshot?.Size ?? 0);
            bytes += now - slot.CountedBytes;
            slot.CountedBytes = now;
            if (bytes > options.Value.MaxCacheBytes)
                Shrink();
        }
    }

    /// <summary>Redis holds something else by now.</summary>
    public void Invalidate(string fullPath)
    {
        if (slots.TryGetValue(fullPath, out var slot))
            slot.Invalidate();
    }

    /// <summary>Results up to this token are gone on purpose.</summary>
    public void Clear(string fullPath, long token)
    {
        if (!slots.TryGetValue(fullPath, out var slot))
            return;
        slot.NoteCleared(token);
        slot.Invalidate();
    }

    /// <summary>Messages were missed: nothing is certain any more.</summary>
    public void InvalidateAll()
    {
        foreach (var slot in slots.Values)
            slot.Invalidate();
    }

    /// <summary>Forgets what nobody can ask for any more.</summary>
    public void RemoveWhere(Func<MemorySlot, bool> gone)
    {
        lock (accounts)
        {
            foreach (var slot in slots.Values.Where(gone))
                Remove(slot);
        }
    }

    // A tenth below the bound, so that a full memory doesn't sort itself at every new list.
    private void Shrink()
    {
        var goal = options.Value.MaxCacheBytes / 10 * 9;
        foreach (var slot in slots.Values.OrderBy(s => s.LastUsed).ToList())
        {
            if (bytes <= goal)
                break;
            Remove(slot);
        }
    }

    private void Remove(MemorySlot slot)
    {
        if (!slots.TryRemove(new KeyValuePair<string, MemorySlot>(slot.FullPath, slot)))
            return;
        slot.Removed = true;
        bytes -= slot.CountedBytes;
    }
}
