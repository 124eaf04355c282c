using System.Diagnostics;

namespace HttpSd.Worker.Runner.Processes;

/// <summary>Looks at every run that takes longer than a moment, and ends one that takes more than its quotas allow.</summary>
internal sealed class RunWatch(Census census, Killer killer, RunQuotas quotas)
{
    private const int TurnsPerDiskLook = 5;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly HashSet<WatchedRun> _runs = [];

    /// <summary>Watches a run until it is disposed.</summary>
    /// <param name="owner">Whose processes count.</param>
    /// <param name="directory">Whose files count.</param>
    /// <param name="log">What counts of output; what came before doesn't.</param>
    public WatchedRun Begin(string owner, string directory, OutputPipe log)
    {
        var run = new WatchedRun(owner, directory, log, End);
        lock (_gate)
            _runs.Add(run);
        return run;
    }

    public async Task GoOnAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval);
        for (var turn = 0; await timer.WaitForNextTickAsync(cancellationToken); turn++)
        {
            var old = Old();
            if (old.Count == 0)
                continue;
            var all = census.Take();
            foreach (var run in old.Where(r => r.Exceeded is null))
            {
                run.Exceeded = Look(run, all, turn % TurnsPerDiskLook == 0);
                if (run.Exceeded is not null)
                    _ = killer.KillAsync(run.Owner, keep: 0);
            }
        }
    }

    private string? Look(WatchedRun run, List<Descendant> all, bool isDiskLook)
    {
        // Also what hides whose it is, when it can be nobody else's.
        var own = all.Where(p => p.Stat.IsAlive && (p.Owner == run.Owner || (p.Owner is null && p.Suspects.Count > 0 && p.EndsWith(run.Owner)))).ToList();
        return quotas.OfProcesses(own.Count, run.CpuSince(own.Sum(p => p.Stat.CpuTicks)))
            ?? quotas.OfLog(run.Logged)
            ?? (isDiskLook ? quotas.OfDisk(run.Directory) : null);
    }

    private List<WatchedRun> Old()
    {
        lock (_gate)
            return [.. _runs.Where(r => Stopwatch.GetElapsedTime(r.Begun) > Interval)];
    }

    private void End(WatchedRun run)
    {
        lock (_gate)
            _runs.Remove(run);
    }
}

/// <summary>A run that is watched.</summary>
internal sealed class WatchedRun(string owner, string directory, OutputPipe log, Action<WatchedRun> end) : IDisposable
{
    // What the kernel counts CPU time in, on every architecture.
    private const double TicksPerSecond = 100;

    private readonly long _loggedBefore = log.Total;
    private long? _ticksBefore;
    private volatile string? _exceeded;

    public string Owner => owner;

    public string Directory => directory;

    public long Begun { get; } = Stopwatch.GetTimestamp();

    /// <summary>The quota that it was ended for; null while there is none.</summary>
    public string? Exceeded
    {
        get => _exceeded;
        set => _exceeded = value;
    }

    public long Logged => log.Total - _loggedBefore;

    /// <summary>Since the first look: a warm interpreter has had runs before this one.</summary>
    public TimeSpan CpuSince(long ticks) => TimeSpan.FromSeconds((ticks - (_ticksBefore ??= ticks)) / TicksPerSecond);

    public void Dispose() => end(this);
}
