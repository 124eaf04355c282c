namespace HttpSd.LocalCluster.History;

/// <summary>What all processes did, and what was seen from outside.</summary>
internal sealed class Histories
{
    /// <summary>The calls that promises are about.</summary>
    public required IReadOnlyList<Call> Calls { get; init; }

    /// <summary>How many calls there were of any script.</summary>
    public required long CallCount { get; init; }

    public required IReadOnlyDictionary<string, ProcessFile> Processes { get; init; }

    public required IReadOnlyList<Answer> Answers { get; init; }

    public required IReadOnlyList<Reload> Reloads { get; init; }

    public required IReadOnlyList<Fault> Faults { get; init; }

    /// <summary>When calls failed or took so long that whoever made them had given up.</summary>
    public required IReadOnlyList<(long Begin, long End)> Troubles { get; init; }

    public required IReadOnlyList<QueueLook> Looks { get; init; }

    /// <summary>Until when it was looked on from outside.</summary>
    public required long End { get; init; }

    /// <summary>By full path, but for those that name several.</summary>
    public ILookup<string, Call> ByPath => byPath ??= Calls.Where(c => c.Path.Length > 0).ToLookup(c => c.Path, StringComparer.Ordinal);

    private ILookup<string, Call>? byPath;

    /// <summary>How often Redis had lost its data by then; null: a loss came in between, and it is unknown which one it was carried out in.</summary>
    public int? EpochOf(long begin, long end)
    {
        var losses = Faults.Where(f => f.LosesData);
        var (before, by) = (losses.Count(f => f.End <= begin), losses.Count(f => f.Begin < end));
        return before == by ? before : null;
    }

    /// <summary>Of an answered call.</summary>
    public int? EpochOf(Call call) => EpochOf(call.Begin, call.End);

    /// <summary>When it began and ended.</summary>
    public (long From, long To) Bounds(int epoch)
    {
        var losses = Faults.Where(f => f.LosesData).OrderBy(f => f.Begin).ToList();
        return (epoch == 0 ? 0 : losses[epoch - 1].End, epoch == losses.Count ? End : losses[epoch].Begin);
    }

    /// <summary>From when on, at the earliest, nothing was hurt for so long.</summary>
    public long CalmFrom(long at, long length)
    {
        foreach (var fault in faultsInOrder ??= [.. Faults.OrderBy(f => f.Begin)])
        {
            if (fault.End <= at)
                continue;
            if (fault.Begin >= at + length)
                break;
            at = fault.End;
        }
        return at;
    }

    private IReadOnlyList<Fault>? faultsInOrder;

    /// <summary>
    /// Whether the process of a call was killed so soon before that what it did last for its run may be missing.
    /// </summary>
    public bool MayHaveUnseenEnd(Call claim, long before) =>
        Processes[claim.Process] is { EndedInOrder: false } file && file.Last < before;

    /// <summary>Whether servers may have been without Redis so shortly before, or without what it had lost.</summary>
    public bool IsTroubled(long at, long within, long withinLoss) =>
        Faults.Any(f => f.IsOfRedis && f.Begin < at && f.End + (f.LosesData ? withinLoss : within) > at)
        || Troubles.Any(t => t.Begin < at && t.End + within > at);
}
