using System.Diagnostics.CodeAnalysis;

namespace HttpSd.Operator.Runtime.Queue;

/// <summary>Keys by the time at which they are due; each has one, the earliest asked for.</summary>
internal sealed class DelayHeap<TKey>
    where TKey : notnull
{
    private readonly Dictionary<TKey, TimeSpan> due = [];
    private readonly PriorityQueue<TKey, TimeSpan> heap = new();

    public TimeSpan? Earliest
    {
        get
        {
            DropOutdated();
            return heap.TryPeek(out _, out var at) ? at : null;
        }
    }

    public int Count => due.Count;

    public void Add(TKey key, TimeSpan at)
    {
        if (due.TryGetValue(key, out var known) && known <= at)
            return;
        due[key] = at;
        heap.Enqueue(key, at);
        if (heap.Count > (2 * due.Count) + 64)
            Rebuild();
    }

    public bool TakeDue(TimeSpan now, [MaybeNullWhen(false)] out TKey key)
    {
        key = default;
        if (Earliest is not { } at || at > now)
            return false;
        key = heap.Dequeue();
        due.Remove(key);
        return true;
    }

    public void Clear()
    {
        due.Clear();
        heap.Clear();
    }

    // An entry made earlier leaves its later twin in the heap; it is skipped when its turn comes.
    private void DropOutdated()
    {
        while (heap.TryPeek(out var key, out var at) && !(due.TryGetValue(key, out var known) && known == at))
            heap.Dequeue();
    }

    private void Rebuild()
    {
        heap.Clear();
        foreach (var (key, at) in due)
            heap.Enqueue(key, at);
    }
}
