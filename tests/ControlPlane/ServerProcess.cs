using System.Collections.Concurrent;
using System.Diagnostics;

namespace HttpSd.Kube;

/// <summary>One running server, with the end of what it said.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const int TailLines = 40;
    private readonly string name;
    private readonly Process process;
    private readonly ConcurrentQueue<string> tail = new();

    private ServerProcess(string name, Process process)
    {
        this.name = name;
        this.process = process;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public static async Task<ServerProcess> StartAsync(Nursery nursery, string name, IEnumerable<string> arguments) =>
        new(name, await nursery.StartAsync(Binaries.Find(name), arguments));

    /// <summary>Waits until it answers; fails with what it said when it ends first or takes more than a minute.</summary>
    public async Task WaitAsync(Func<Task<bool>> answers)
    {
        var since = Stopwatch.GetTimestamp();
        while (!await answers())
        {
            if (process.HasExited)
                throw new ServerEndedException($"{name} ended with {process.ExitCode}:\n{string.Join('\n', tail)}");
            if (Stopwatch.GetElapsedTime(since) > TimeSpan.FromMinutes(1))
                throw new TimeoutException($"{name} doesn't answer:\n{string.Join('\n', tail)}");
            await Task.Delay(50);
        }
        // The answer was somebody else's when ours could not have the port.
        if (process.HasExited)
            throw new ServerEndedException($"{name} ended with {process.ExitCode}:\n{string.Join('\n', tail)}");
    }

    public void Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        // Not SIGTERM: with an open watch the API server takes a minute over that.
        if (!process.HasExited)
            process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs said)
    {
        if (said.Data is null)
            return;
        tail.Enqueue(said.Data);
        while (tail.Count > TailLines)
            tail.TryDequeue(out _);
    }
}

/// <summary>A server that ended instead of answering.</summary>
internal sealed class ServerEndedException(string message) : InvalidOperationException(message);
