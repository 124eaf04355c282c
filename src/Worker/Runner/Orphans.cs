using HttpSd.Worker.Runner.Processes;

namespace HttpSd.Worker.Runner;

/// <summary>
/// What a runner that was killed left behind. The agent adopts it, and knows it by its session: whatever a runner
/// starts is in another one than the agent, and nothing that the agent starts itself is.
/// </summary>
internal static class Orphans
{
    private const int Rounds = 200, DoNotWait = 1, OwnerOnly = 0b111_000_000;

    public static void Adopt() => Libc.Check(Libc.prctl(Libc.SetChildSubreaper, 1, 0, 0, 0), "prctl");

    public static void CreatePrivate(string directory) =>
        Libc.Check(Libc.mkdir(directory, OwnerOnly), $"mkdir {directory}");

    /// <summary>Kills them, what they started, and what that leaves, until there is nothing.</summary>
    public static async Task KillAsync()
    {
        var self = Environment.ProcessId;
        if (ProcessStat.Read(self) is not { } agent)
            return;
        for (var round = 0; round < Rounds; round++)
        {
            var orphans = ProcessStat.Children(self)
                .Select(ProcessStat.Read)
                .OfType<ProcessStat>()
                .Where(child => child.Session != agent.Session)
                .ToList();
            if (orphans.Count == 0)
                return;
            foreach (var orphan in orphans)
                Kill(orphan);
            await Task.Delay(TimeSpan.FromMilliseconds(round < 10 ? 2 : 20));
        }
    }

    private static unsafe void Kill(ProcessStat orphan)
    {
        var status = 0;
        // The group at one stroke, so that nothing in it can fork meanwhile; a group is within a session.
        if (orphan.IsAlive)
            _ = Libc.kill(orphan.Group > 1 ? -orphan.Group : orphan.Pid, Libc.SigKill);
        else
            _ = Libc.waitpid(orphan.Pid, &status, DoNotWait);
    }
}
