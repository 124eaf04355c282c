using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace HttpSd.Worker.Runner.Processes;

/// <summary>
/// Every process that the runner started. One thread starts them all and lives as long as the runner, because
/// a parent-death signal is sent when the starting thread ends. Another thread reaps, orphans included; it looks
/// at a dead child first and reaps it under the lock under which a start registers, so no exit is lost.
/// </summary>
internal sealed unsafe class ChildProcesses : IDisposable
{
    private const int Exited = 4, NoReap = 0x01000000, PidOffset = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, ChildProcess> _children = [];
    private readonly BlockingCollection<Start> _starts = [];
    private readonly AutoResetEvent _started = new(false);

    public ChildProcesses()
    {
        new Thread(StartAll) { IsBackground = true, Name = "start processes" }.Start();
        new Thread(ReapAll) { IsBackground = true, Name = "reap processes" }.Start();
    }

    /// <summary>Starts a process; an <see cref="IOException"/> says why it could not.</summary>
    public Task<ChildProcess> StartAsync(SpawnPlan plan)
    {
        var start = new Start(plan, new(TaskCreationOptions.RunContinuationsAsynchronously));
        _starts.Add(start);
        return start.Child.Task;
    }

    /// <summary>The processes that run now, by number.</summary>
    public Dictionary<int, ChildProcess> Snapshot()
    {
        lock (_gate)
            return new(_children);
    }

    public void Dispose() => _starts.CompleteAdding();

    private void StartAll()
    {
        foreach (var (plan, child) in _starts.GetConsumingEnumerable())
        {
            try
            {
                lock (_gate)
                {
                    OwnerMark.Set(plan.Owner);
                    var started = new ChildProcess(Spawn.Run(plan), plan.Owner, plan.AdoptsOrphans, _gate);
                    _children.Add(started.Pid, started);
                    child.SetResult(started);
                }

                _started.Set();
            }
            catch (IOException e)
            {
                child.SetException(e);
            }
        }
    }

    private void ReapAll()
    {
        var info = stackalloc byte[128];
        while (true)
        {
            if (Libc.waitid(0, 0, info, Exited | NoReap) == 0)
                Reap(*(int*)(info + PidOffset));
            else if (Marshal.GetLastPInvokeError() == Libc.Echild)
                _started.WaitOne();
        }
    }

    private void Reap(int pid)
    {
        lock (_gate)
        {
            int status;
            if (Libc.waitpid(pid, &status, 0) == pid && _children.Remove(pid, out var child))
                child.Reaped(new ExitStatus(status));
        }
    }

    private sealed record Start(SpawnPlan Plan, TaskCompletionSource<ChildProcess> Child);
}
