namespace HttpSd.Operator.Runtime.Events;

/// <summary>A table that forgets what was unused longest. For one thread.</summary>
internal sealed class RecentlyUsed<TValue>(int most)
{
    private readonly Dictionary<string, LinkedListNode<(string Key, TValue Value)>> nodes = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Key, TValue Value)> order = new();

    public int Count => nodes.Count;

    public TValue? Find(string key)
    {
        if (!nodes.TryGetValue(key, out var node))
            return default;
        order.Remove(node);
        order.AddFirst(node);
        return node.Value.Value;
    }

    public void Set(string key, TValue value)
    {
        Remove(key);
        if (nodes.Count == most)
            Remove(order.Last!.Value.Key);
        nodes[key] = order.AddFirst((key, value));
    }

    public void Remove(string key)
    {
        if (nodes.Remove(key, out var node))
            order.Remove(node);
    }
}
