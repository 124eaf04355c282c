namespace HttpSd.Core.Targets;

/// <summary>A group's labels, sorted ordinally by name, and one text that is equal when they are.</summary>
internal sealed class LabelSet
{
    public static readonly LabelSet Empty = new([]);

    /// <param name="sorted">Sorted, each name once, without a NUL in name or value.</param>
    public LabelSet(KeyValuePair<string, string>[] sorted)
    {
        Labels = sorted;
        Key = string.Join('\0', sorted.SelectMany(label => (IEnumerable<string>)[label.Key, label.Value]));
    }

    public KeyValuePair<string, string>[] Labels { get; }

    public string Key { get; }
}

/// <summary>A group as it was read or merged.</summary>
internal sealed record ReadGroup(LabelSet Labels, List<string> Targets)
{
    /// <summary>Its index in the script's list.</summary>
    public int Index { get; init; }
}
