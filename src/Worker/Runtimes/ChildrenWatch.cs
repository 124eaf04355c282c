using HttpSd.Worker.Runner.Processes;
using Microsoft.Win32.SafeHandles;

namespace HttpSd.Worker.Runtimes;

/// <summary>
/// Whether a process has children, at the price of two reads: asked after every run. The files stay open, so a
/// process number that was given to another can't answer.
/// </summary>
internal sealed class ChildrenWatch(int pid) : IDisposable
{
    private const int ThreadsField = 17;

    private readonly SafeFileHandle? _children = Open($"/proc/{pid}/task/{pid}/children");
    private readonly SafeFileHandle? _stat = Open($"/proc/{pid}/stat");

    public bool Any()
    {
        Span<byte> buffer = stackalloc byte[512];
        try
        {
            if (_children is null || _stat is null || RandomAccess.Read(_children, buffer, 0) > 0)
                return true;

            // Other threads have children of their own: the slow way finds those.
            var stat = buffer[..RandomAccess.Read(_stat, buffer, 0)];
            return !HasOneThread(stat) && ProcessStat.Children(pid).Any();
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void Dispose()
    {
        _children?.Dispose();
        _stat?.Dispose();
    }

    private static bool HasOneThread(ReadOnlySpan<byte> stat)
    {
        var fields = stat[(stat.LastIndexOf((byte)')') + 2)..];
        for (var i = 0; i < ThreadsField; i++)
            fields = fields[(fields.IndexOf((byte)' ') + 1)..];
        return fields.StartsWith("1 "u8);
    }

    private static SafeFileHandle? Open(string file)
    {
        try
        {
            return File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
