using System.Runtime.InteropServices;

namespace HttpSd.Worker.Runner.Processes;

/// <summary>
/// A file descriptor that no child inherits unless it is named in a <see cref="SpawnPlan"/>. Numbers below 16
/// are avoided: they are what children's descriptors are put at, one after the other.
/// </summary>
internal sealed unsafe class Descriptor : SafeHandle
{
    private const int DuplicateCloseOnExec = 1030, LowestNumber = 16, UnixDomain = 1, StreamType = 1;

    private Descriptor(int number)
        : base(-1, ownsHandle: true) => SetHandle(number);

    public override bool IsInvalid => handle < 0;

    public int Number => (int)handle;

    public static (Descriptor Read, Descriptor Write) Pipe(bool nonBlockingRead)
    {
        var pair = stackalloc int[2];
        Libc.Check(Libc.pipe2(pair, Libc.CloseOnExec), "pipe2");
        var read = Raise(pair[0]);
        if (nonBlockingRead)
            Libc.Check(Libc.fcntl(read.Number, 4, Libc.NonBlocking), "fcntl");
        return (read, Raise(pair[1]));
    }

    public static (Descriptor Ours, Descriptor Theirs) SocketPair()
    {
        var pair = stackalloc int[2];
        Libc.Check(Libc.socketpair(UnixDomain, StreamType | Libc.CloseOnExec, 0, pair), "socketpair");
        return (Raise(pair[0]), Raise(pair[1]));
    }

    /// <summary>A file in memory with this content, its position at the beginning.</summary>
    public static Descriptor Memory(string name, ReadOnlySpan<byte> content)
    {
        var file = Raise(Libc.Check(Libc.memfd_create(name, 1), "memfd_create"));
        fixed (byte* bytes = content)
        {
            for (nint written = 0; written < content.Length;)
            {
                var count = Libc.pwrite(file.Number, bytes + written, content.Length - written, written);
                if (count <= 0)
                    throw Libc.Error("pwrite", Marshal.GetLastPInvokeError());
                written += count;
            }
        }

        return file;
    }

    public static Descriptor DevNull() => Raise(Libc.Check(Libc.open("/dev/null", 2 | Libc.CloseOnExec), "open"));

    /// <summary>A directory, opened for reading; null when that can't be.</summary>
    public static Descriptor? Open(string directory) =>
        Libc.open(directory, Libc.DirectoryOnly | Libc.CloseOnExec) is >= 0 and var number ? Raise(number) : null;

    public static Descriptor Event() =>
        Raise(Libc.Check(Libc.eventfd(0, Libc.CloseOnExec | Libc.NonBlocking), "eventfd"));

    /// <summary>Up to <paramref name="limit"/> bytes from the beginning, whatever the position.</summary>
    public byte[] ReadFromStart(int limit)
    {
        var buffer = new byte[limit];
        fixed (byte* bytes = buffer)
        {
            var count = Libc.pread(Number, bytes, limit, 0);
            return count <= 0 ? [] : buffer[..(int)count];
        }
    }

    /// <summary>The number, given away: whoever takes it closes it.</summary>
    public int Release()
    {
        var number = Number;
        SetHandleAsInvalid();
        return number;
    }

    protected override bool ReleaseHandle() => Libc.close((int)handle) == 0;

    private static Descriptor Raise(int number)
    {
        var raised = Libc.fcntl(number, DuplicateCloseOnExec, LowestNumber);
        var error = Marshal.GetLastPInvokeError();
        Libc.close(number);
        return raised >= 0 ? new Descriptor(raised) : throw Libc.Error("fcntl", error);
    }
}
