namespace HttpSd.Worker.Runner.Processes;

/// <summary>A process below the runner.</summary>
/// <param name="Stat">What it is.</param>
/// <param name="Owner">The run or interpreter it belongs to; null when it can't be told.</param>
internal sealed record Descendant(ProcessStat Stat, string? Owner)
{
    public int Pid => Stat.Pid;
}

/// <summary>
/// Everything below the runner. It adopts orphans, so whatever a script started is in this tree, however often it
/// forked and changed its session. A process belongs to the owner of its nearest started ancestor; an orphan to
/// the owner whose session it is in or whose name is in its environment.
/// </summary>
internal sealed class Census(ChildProcesses children)
{
    public const string Marker = "HTTPSD_RUN";

    private readonly int _self = Environment.ProcessId;

    public List<Descendant> Take()
    {
        var roots = ProcessStat.Children(_self).ToList();

        // Taken after the list: a process that was being started when the list was read is known by now.
        var known = children.Snapshot();
        var owners = known.Values.Select(child => child.Owner).ToHashSet();
        var found = new List<Descendant>();
        foreach (var root in roots)
        {
            if (ProcessStat.Read(root) is { } stat)
                Add(found, stat, known.TryGetValue(root, out var child) ? child.Owner : Adopted(stat, known, owners));
        }

        return found;
    }

    private static string? Adopted(ProcessStat stat, Dictionary<int, ChildProcess> known, HashSet<string> owners)
    {
        if (known.TryGetValue(stat.Session, out var leader))
            return leader.Owner;
        return ProcessStat.Variable(stat.Pid, Marker) is { } owner && owners.Contains(owner) ? owner : null;
    }

    private static void Add(List<Descendant> found, ProcessStat root, string? owner)
    {
        var open = new Queue<ProcessStat>([root]);
        while (open.TryDequeue(out var stat))
        {
            found.Add(new Descendant(stat, owner));
            foreach (var child in ProcessStat.Children(stat.Pid))
            {
                if (ProcessStat.Read(child) is { } known)
                    open.Enqueue(known);
            }
        }
    }
}
