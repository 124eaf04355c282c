using HttpSd.Worker.Runner.Processes;
using Microsoft.Win32.SafeHandles;

namespace HttpSd.Worker.Runtimes;

/// <summary>
/// Whether a process has children, at the price of two system calls: asked after every run. Its main thread's
/// children are in a file that stays open; the number of its threads is the number of links of a directory.
/// </summary>
internal sealed class ChildrenWatch(int pid) : IDisposable
{
    // struct statx is the same on all architectures.
    private const int StatxBytes = 256, LinksOffset = 16, LinksMask = 4, LinksOfOneThread = 3;

    private readonly SafeFileHandle? _children = Open($"/proc/{pid}/task/{pid}/children");
    private readonly string _threads = $"/proc/{pid}/task";

    public bool Any()
    {
        Span<byte> buffer = stackalloc byte[16];
        try
        {
            // Other threads have children of their own: the slow way finds those.
            return _children is null
                || RandomAccess.Read(_children, buffer, 0) > 0
                || (!HasOneThread() && ProcessStat.Children(pid).Any());
        }
        catch (IOException)
        {
            return true;
        }
    }

    public void Dispose() => _children?.Dispose();

    private unsafe bool HasOneThread()
    {
        var result = stackalloc byte[StatxBytes];
        return Libc.statx(0, _threads, 0, LinksMask, result) == 0 && *(uint*)(result + LinksOffset) == LinksOfOneThread;
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
