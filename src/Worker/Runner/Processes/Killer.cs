namespace HttpSd.Worker.Runner.Processes;

/// <summary>
/// Ends everything that belongs to an owner, and every process that belongs to nobody else. Whole process groups are
/// signalled at one stroke: among processes that fork as fast as they are listed, one by one would never end.
/// A group lies within a session and every session within an owner, so no other run is hit.
/// </summary>
internal sealed class Killer(Census census, TimeSpan grace)
{
    private const int Rounds = 200, RoundsThatSpare = 20, CrowdWithoutGrace = 256;

    private readonly int _ownSession = ProcessStat.Read(Environment.ProcessId)?.Session
        ?? throw new IOException("/proc is not there");

    /// <summary>SIGTERM, the grace, SIGKILL. A crowd that may be growing gets no grace.</summary>
    public async Task EndAsync(string owner)
    {
        var ends = Environment.TickCount64 + (long)grace.TotalMilliseconds;
        Signal(Alive(owner, keep: 0), Libc.SigTerm, keep: 0);
        while (Environment.TickCount64 < ends && Alive(owner, keep: 0).Count is > 0 and < CrowdWithoutGrace)
            await Task.Delay(20);
        await KillAsync(owner, keep: 0);
    }

    /// <summary>SIGKILL to all of the owner's but one.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="keep">The interpreter that lives on, or 0.</param>
    /// <returns>False when that one could not be spared, or when something hangs in the kernel.</returns>
    public async Task<bool> KillAsync(string owner, int keep)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var spared = round < RoundsThatSpare ? keep : 0;
            var alive = Alive(owner, spared);
            if (alive.Count == 0)
                return spared == keep;

            // What was stopped can't fork; it is killed in the same round.
            Signal(alive, Libc.SigStop, spared);
            Signal(alive, Libc.SigKill, spared);
            await Task.Delay(round < 5 ? 1 : 10);
        }

        return false;
    }

    /// <summary>SIGKILL to everything below the runner; it is ending.</summary>
    public async Task KillEverythingAsync()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var alive = census.Take().Where(process => process.Stat.IsAlive).ToList();
            if (alive.Count == 0)
                return;
            Signal(alive, Libc.SigKill, keep: 0);
            await Task.Delay(round < 5 ? 1 : 10);
        }
    }

    private List<Descendant> Alive(string owner, int keep) =>
        census.Take()
            .Where(process => process.Stat.IsAlive && process.Pid != keep && process.EndsWith(owner))
            .ToList();

    private void Signal(List<Descendant> processes, int signal, int keep)
    {
        foreach (var group in processes.GroupBy(process => process.Stat.Group))
        {
            // An interpreter leads its group; and between fork and exec a process is in the runner's own.
            if (group.Key > 1 && group.Key != keep && group.All(process => process.Stat.Session != _ownSession))
                _ = Libc.kill(-group.Key, signal);
            foreach (var process in group)
                _ = Libc.kill(process.Pid, signal);
        }
    }
}
