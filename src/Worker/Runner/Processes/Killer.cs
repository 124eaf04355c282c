namespace HttpSd.Worker.Runner.Processes;

/// <summary>
/// Ends everything that belongs to an owner, and every process that belongs to nobody. Bounded: what forks faster
/// than it is found is stopped first.
/// </summary>
internal sealed class Killer(Census census, TimeSpan grace)
{
    private const int Rounds = 200, RoundsBeforeStopping = 3, StopRounds = 20;

    /// <summary>SIGTERM, the grace, SIGKILL.</summary>
    public async Task EndAsync(string owner)
    {
        var ends = Environment.TickCount64 + (long)grace.TotalMilliseconds;
        Signal(Alive(owner, keep: 0), Libc.SigTerm);
        while (Environment.TickCount64 < ends && Alive(owner, keep: 0).Count > 0)
            await Task.Delay(20);
        await KillAsync(owner, keep: 0);
    }

    /// <summary>SIGKILL to all of the owner's but one.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="keep">The interpreter that lives on, or 0.</param>
    /// <returns>False when something would not die: it hangs in the kernel.</returns>
    public async Task<bool> KillAsync(string owner, int keep)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var alive = Alive(owner, keep);
            if (alive.Count == 0)
                return true;
            if (round >= RoundsBeforeStopping)
                alive = StopAll(owner, keep);
            Signal(alive, Libc.SigKill);
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
            Signal(alive, Libc.SigStop);
            Signal(alive, Libc.SigKill);
            await Task.Delay(round < 5 ? 1 : 10);
        }
    }

    private List<Descendant> StopAll(string owner, int keep)
    {
        var stopped = 0;
        var alive = Alive(owner, keep);
        for (var i = 0; i < StopRounds && alive.Count != stopped; i++)
        {
            stopped = alive.Count;
            Signal(alive, Libc.SigStop);
            alive = Alive(owner, keep);
        }

        return alive;
    }

    private List<Descendant> Alive(string owner, int keep) =>
        census.Take()
            .Where(process => process.Stat.IsAlive && process.Pid != keep && (process.Owner ?? owner) == owner)
            .ToList();

    private static void Signal(List<Descendant> processes, int signal)
    {
        foreach (var process in processes)
            _ = Libc.kill(process.Pid, signal);
    }
}
