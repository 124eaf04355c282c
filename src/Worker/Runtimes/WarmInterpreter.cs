using System.Net.Sockets;
using System.Text.Json;
using HttpSd.Worker.Runner.Host;
using HttpSd.Worker.Runner.Processes;
using HttpSd.Worker.Runner.Wire;

namespace HttpSd.Worker.Runtimes;

/// <summary>One Python process that keeps one generator's script, and the channel to it.</summary>
internal sealed class WarmInterpreter : IDisposable
{
    // The text comes through a file in memory: nothing that a script could write to is ever executed for another.
    private const string Boot =
        "import os;exec(compile(os.pread(5,1<<20,0),'<httpsd>','exec',dont_inherit=True),{'__name__':'<httpsd>'})";

    private const int MaxHeaderBytes = 1 << 20, StackBytes = 1 << 20;

    private static readonly byte[] Source = Resources.Bytes("warm.py");

    private readonly Socket _socket;
    private readonly Descriptor _stack;
    private readonly ChildrenWatch _watch;

    private WarmInterpreter(
        WarmKey key,
        WorkDirectories directories,
        ChildProcess process,
        Socket socket,
        FrameChannel channel,
        OutputPipe output,
        Descriptor stack)
    {
        Directories = directories;
        (Key, Process, _socket, Channel, Output, _stack) = (key, process, socket, channel, output, stack);
        _watch = new ChildrenWatch(process.Pid);
    }

    public WarmKey Key { get; }

    /// <summary>Where its runs get theirs; no other generator's scripts reach there.</summary>
    public WorkDirectories Directories { get; }

    public ChildProcess Process { get; }

    public FrameChannel Channel { get; }

    public OutputPipe Output { get; }

    public int Runs { get; set; }

    /// <summary>Set when it must not be used again.</summary>
    public bool IsSpent { get; set; }

    public bool HasChildren => _watch.Any();

    /// <summary>Whether something can be read from it, its end included.</summary>
    public bool HasSpoken => Channel.HasInput || _socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Starts one; the caller waits for its ready frame.</summary>
    public static async Task<WarmInterpreter> StartAsync(WarmKey key, string python, ProcessRoom room)
    {
        var owner = room.NewOwner();
        var directories = room.Directories.Below(owner);
        var rules = room.Wall.For(directories.Root);
        var (control, theirs) = Descriptor.SocketPair();
        var (output, write) = room.OpenPipe(ProcessRoom.TailBytes, keepStart: false);
        var stack = Descriptor.Memory("stack", []);
        var socket = new Socket(new SafeSocketHandle(control.Release(), ownsHandle: true));
        var channel = new FrameChannel(
            new NetworkStream(socket, ownsSocket: true), MaxHeaderBytes, room.Options.MaxResultBytes);
        try
        {
            using var source = Descriptor.Memory("warm.py", Source);
            using var input = Descriptor.DevNull();
            using (theirs)
            using (write)
            {
                var process = await room.Children.StartAsync(new SpawnPlan(
                    owner,
                    [python, "-I", "-B", "-u", "-c", Boot, $"{Environment.ProcessId}", JsonSerializer.Serialize(rules, WireJson.Default.WallRules), key.Path],
                    room.Environment.Build(owner, key.Path, "/"),
                    [input, write, write, theirs, stack, source],
                    "/",
                    AdoptsOrphans: true));

                // It has no script yet, so it has them before its first line; what it forks inherits them.
                room.Limits.Apply(process.Pid);

                // A forked copy may hold the socket open; the end of the process itself ends the conversation.
                _ = process.Exited.ContinueWith(_ => ShutDown(socket), TaskScheduler.Default);
                return new WarmInterpreter(key, directories, process, socket, channel, output, stack);
            }
        }
        catch
        {
            channel.Dispose();
            output.Dispose();
            stack.Dispose();
            directories.RemoveRoot();
            throw;
        }
    }

    /// <summary>What its process <paramref name="pid"/> is doing now, in faulthandler's words.</summary>
    public async Task<string> StackAsync(int pid)
    {
        _ = Libc.kill(pid, Libc.SigUsr2);
        var dump = Array.Empty<byte>();
        for (var i = 0; i < 25; i++)
        {
            await Task.Delay(10);
            var now = _stack.ReadFromStart(StackBytes);
            if (now.Length > 0 && now.Length == dump.Length)
                break;
            dump = now;
        }

        return System.Text.Encoding.UTF8.GetString(dump);
    }

    public void Dispose()
    {
        Channel.Dispose();
        Output.Dispose();
        _stack.Dispose();
        _watch.Dispose();
        Directories.RemoveRoot();
    }

    private static void ShutDown(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed already.
        }
    }

}

/// <summary>What an interpreter is for: the same generator under the same definition.</summary>
internal sealed record WarmKey(string Path, string Hash);
