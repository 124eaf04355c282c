namespace HttpSd.Worker.Runner.Processes;

/// <summary>A process that this one started and will reap.</summary>
internal sealed class ChildProcess(int pid, string owner, bool adoptsOrphans, Lock gate)
{
    private readonly TaskCompletionSource<ExitStatus> _exited =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Pid => pid;

    public string Owner => owner;

    public bool AdoptsOrphans => adoptsOrphans;

    public Task<ExitStatus> Exited => _exited.Task;

    public bool HasExited => _exited.Task.IsCompleted;

    /// <summary>Sends a signal, unless it was reaped: its number may be someone else's then.</summary>
    public void Signal(int signal)
    {
        lock (gate)
        {
            if (!HasExited)
                _ = Libc.kill(pid, signal);
        }
    }

    /// <summary>Called by the reaper with the gate held.</summary>
    public void Reaped(ExitStatus status) => _exited.TrySetResult(status);
}
