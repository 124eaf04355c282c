namespace HttpSd.Worker.Runner.Processes;

/// <summary>A process below the runner.</summary>
/// <param name="Stat">What it is.</param>
/// <param name="Owner">The run or interpreter it belongs to; null when that has ended or can't be told.</param>
/// <param name="Suspects">The runs one of which may have started it when nothing tells.</param>
internal sealed record Descendant(ProcessStat Stat, string? Owner, IReadOnlyCollection<string> Suspects)
{
    public int Pid => Stat.Pid;

    /// <summary>Whether it goes when this owner does: its own, or nobody else's.</summary>
    public bool EndsWith(string owner) => Owner is null ? Suspects.All(suspect => suspect == owner) : Owner == owner;
}

/// <summary>
/// Everything below the runner. It adopts orphans, so whatever a script started is in this tree, however often it
/// forked and changed its session. A process belongs to the owner of its nearest started ancestor; an orphan to
/// the owner whose mark it bears, whose session it is in or whose name is in its environment. One that hides all
/// three may be of any run that was going on when it started.
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
        var found = new List<Descendant>();
        var orphans = new List<ProcessStat>();
        foreach (var stat in roots.Select(ProcessStat.Read).OfType<ProcessStat>())
        {
            if (known.TryGetValue(stat.Pid, out var child))
                Add(found, stat, child.Owner, []);
            else
                orphans.Add(stat);
        }

        foreach (var orphan in orphans)
        {
            var name = NameOf(orphan, known);
            var owner = known.Values.Any(child => child.Owner == name) ? name : null;
            Add(found, orphan, owner, name is null ? Suspects(orphan, known) : []);
        }

        return found;
    }

    /// <summary>The owner that an orphan shows, also one that has ended.</summary>
    private static string? NameOf(ProcessStat orphan, Dictionary<int, ChildProcess> known) =>
        OwnerMark.Read(orphan.Pid)
        ?? known.GetValueOrDefault(orphan.Session)?.Owner
        ?? ProcessStat.Variable(orphan.Pid, Marker);

    /// <summary>Interpreters adopt their own orphans; a script that started later had no part in it.</summary>
    private static List<string> Suspects(ProcessStat orphan, Dictionary<int, ChildProcess> known) =>
        known.Values
            .Where(child => !child.AdoptsOrphans && ProcessStat.Read(child.Pid)?.Started <= orphan.Started)
            .Select(child => child.Owner)
            .ToList();

    private static void Add(List<Descendant> found, ProcessStat root, string? owner, IReadOnlyCollection<string> suspects)
    {
        var open = new Queue<ProcessStat>([root]);
        while (open.TryDequeue(out var stat))
        {
            found.Add(new Descendant(stat, owner, suspects));
            foreach (var child in ProcessStat.Children(stat.Pid))
            {
                if (ProcessStat.Read(child) is { } known)
                    open.Enqueue(known);
            }
        }
    }
}
