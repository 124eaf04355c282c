using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using HttpSd.Worker.Runner.Processes;
using HttpSd.Worker.Runtimes;

namespace HttpSd.Worker.Runner.Host;

/// <summary>
/// The runner process: listens on a Unix socket for one agent's runs and executes them. It holds no credentials,
/// adopts and ends whatever its scripts leave behind, and ends with its parent when that holds its standard input.
/// </summary>
public static class RunnerHost
{
    private const int MaxConnections = 1024, Backlog = 128;

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(5);

    // The longest that an agent's own shutdown may take.
    private static readonly TimeSpan DrainLimit = TimeSpan.FromHours(2);
    // Shorter than what a parent that is alive waits for the end.
    private static readonly TimeSpan SessionsLimit = TimeSpan.FromSeconds(2);

    /// <summary>Serves until cancelled, told by a signal, or the end of standard input when a parent holds it; returns the exit code.</summary>
    public static async Task<int> RunAsync(RunnerHostOptions options, CancellationToken cancellationToken)
    {
        HostProcess.Prepare();
        using var logging = LoggerFactory.Create(builder =>
            builder.AddSimpleConsole(console => console.SingleLine = true).AddConsole(console =>
                console.LogToStandardErrorThreshold = LogLevel.Trace));
        var log = new RunnerLog(logging.CreateLogger("HttpSd.Runner"));
        var (connections, isDraining) = (0, false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Signalled);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Signalled);
        if (options.ExitWithStdin)
            HostProcess.WhenStandardInputEnds(stop.Cancel);

        var room = ProcessRoom.Open(options, log);
        using var python = new PythonRuntime(room);
        var exec = new ExecRuntime(room);
        using var listener = Listen(options.SocketPath);
        log.Listening(options.SocketPath, options.Python);

        using var places = new SemaphoreSlim(MaxConnections);
        var sessions = new ConcurrentDictionary<Task, bool>();
        var door = new KeptMode(options.SocketPath);
        _ = SweepAsync(room, door, stop.Token);
        _ = room.Watch.GoOnAsync(stop.Token);
        try
        {
            while (true)
            {
                await places.WaitAsync(stop.Token);
                var socket = await listener.AcceptAsync(stop.Token);
                if (!Peer.MayBeAgent(socket))
                {
                    log.Refused();
                    socket.Dispose();
                    places.Release();
                    continue;
                }

                Interlocked.Increment(ref connections);
                var session = new RunnerSession(socket, options, python, exec, log).ServeAsync(stop.Token);
                sessions.TryAdd(session, true);
                _ = session.ContinueWith(
                    _ =>
                    {
                        sessions.TryRemove(session, out var _);
                        Left();
                    },
                    TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException)
        {
            room.Directories.Unlock();
            File.Delete(options.SocketPath);
            await room.Killer.KillEverythingAsync();
            if (options.ExitWithStdin)
                await RemoveAllAsync(sessions.Keys, room.Directories, options.SocketPath);
            return 0;
        }

        // A terminal and many a supervisor tell the whole group: the parent lets runs end, and says when the
        // runner does. In a container of its own it is told together with its agent, which lets runs end and puts
        // back what doesn't: it ends when the agent has, or when it is told again.
        void Signalled(PosixSignalContext signal)
        {
            signal.Cancel = true;
            if (options.ExitWithStdin)
                return;
            if (Volatile.Read(ref connections) == 0 || Interlocked.Exchange(ref isDraining, true))
                stop.Cancel();
            else
                stop.CancelAfter(DrainLimit);
            if (Volatile.Read(ref connections) == 0)
                stop.Cancel();
        }

        void Left()
        {
            places.Release();
            if (Interlocked.Decrement(ref connections) == 0 && Volatile.Read(ref isDraining))
                stop.Cancel();
        }
    }

    /// <summary>The parent may have been killed: then nobody else removes what it made for its runner.</summary>
    private static async Task RemoveAllAsync(IEnumerable<Task> sessions, WorkDirectories directories, string socketPath)
    {
        await Task.WhenAny(Task.WhenAll(sessions), Task.Delay(SessionsLimit));
        directories.RemoveRoot();
        if (Path.GetDirectoryName(socketPath) is { Length: > 0 } own)
            _ = Libc.rmdir(own);
    }

    private static Socket Listen(string path)
    {
        // Bound under another name first: who finds the name finds a socket that accepts.
        var starting = path + ".new";
        File.Delete(starting);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(starting));
        listener.Listen(Backlog);
        File.Move(starting, path, overwrite: true);
        return listener;
    }

    private static async Task SweepAsync(ProcessRoom room, KeptMode door, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(SweepInterval);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await room.Killer.KillAsync(owner: "", keep: 0);
            room.Directories.Unlock();
            door.Restore();
        }
    }
}
