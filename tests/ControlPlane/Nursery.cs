using System.Collections.Concurrent;
using System.Diagnostics;

namespace HttpSd.Kube;

/// <summary>
/// Starts children that the kernel kills when this process goes, however it goes. The parent whose death it watches is
/// the thread that forked, and a thread of the pool may retire at any time: hence one of our own.
/// </summary>
internal sealed class Nursery : IDisposable
{
    private readonly BlockingCollection<Action> starts = [];
    private readonly Thread thread;

    public Nursery()
    {
        thread = new Thread(Run) { IsBackground = true, Name = "nursery" };
        thread.Start();
    }

    public async Task<Process> StartAsync(string file, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("setpriv", ["--pdeathsig", "KILL", file, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        starts.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        });
        return await started.Task;
    }

    public void Dispose()
    {
        starts.CompleteAdding();
        thread.Join();
        starts.Dispose();
    }

    private void Run()
    {
        foreach (var start in starts.GetConsumingEnumerable())
            start();
    }
}
