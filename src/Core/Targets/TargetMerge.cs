namespace HttpSd.Core.Targets;

/// <summary>
/// One form for every list that means the same: the body stays the same byte for byte whatever order the
/// script found things in, and is as small as it can be for a client that takes no compression.
/// </summary>
internal static class TargetMerge
{
    public static List<ReadGroup> Normalize(List<ReadGroup> groups, ListWarnings warnings)
    {
        var merged = new Dictionary<string, ReadGroup>(StringComparer.Ordinal);
        var seen = new Dictionary<string, ReadGroup>(groups.Sum(group => group.Targets.Count), StringComparer.Ordinal);
        foreach (var group in groups)
        {
            if (group.Targets.Count == 0)
                continue;
            if (!merged.TryGetValue(group.Labels.Key, out var into))
                merged.Add(group.Labels.Key, into = new ReadGroup(group.Labels, new List<string>(group.Targets.Count)));
            for (var i = 0; i < group.Targets.Count; i++)
                Add(group, i, into, seen, warnings);
        }

        foreach (var group in merged.Values)
            SortAndDrop(group.Targets);

        // An empty list is served only when the script returned one, so of empty groups alone one stays.
        return merged.Count == 0 && groups.Count > 0
            ? [new ReadGroup(LabelSet.Empty, [])]
            : [.. merged.Values.OrderBy(group => group.Labels.Key, StringComparer.Ordinal)];
    }

    private static void Add(
        ReadGroup from, int i, ReadGroup into, Dictionary<string, ReadGroup> seen, ListWarnings warnings)
    {
        var target = from.Targets[i];
        if (seen.TryAdd(target, into))
        {
            into.Targets.Add(target);
            return;
        }

        var repeated = seen[target] == into;
        // A target of two groups may be repeated in the second as well: SortAndDrop sees to that.
        if (!repeated)
            into.Targets.Add(target);
        if (!warnings.HasRoom)
            warnings.Skip();
        else if (repeated)
            warnings.Add($"[{from.Index}].targets[{i}]: {Excerpt.Of(target)} is repeated and was dropped");
        else
            warnings.Add($"[{from.Index}].targets[{i}]: {Excerpt.Of(target)} is also in a group with other labels; Prometheus scrapes it once for each");
    }

    private static void SortAndDrop(List<string> targets)
    {
        targets.Sort(StringComparer.Ordinal);
        var kept = 0;
        for (var i = 0; i < targets.Count; i++)
            if (i == 0 || targets[i] != targets[i - 1])
                targets[kept++] = targets[i];
        targets.RemoveRange(kept, targets.Count - kept);
    }
}
