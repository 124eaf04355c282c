using System.Runtime.InteropServices;
using System.Text;
using HttpSd.Worker.Runner.Processes;

namespace HttpSd.Worker.Runner.Host;

/// <summary>
/// Removes whatever a script left: read-only, unreadable, deeper than a path can be, with names that are no text.
/// It works on bytes and descriptors, follows no link, and goes on past what can't be removed. A folder that isn't
/// empty is moved up to the root first, so depth costs nothing.
/// </summary>
/// <param name="root">The folder whose entries are removed; a descriptor.</param>
/// <param name="newName">A name that nothing in the root has.</param>
internal sealed unsafe class DirectoryRemoval(int root, Func<string> newName)
{
    private const int MostPasses = 1000, OwnerOnly = 0b111_000_000;

    // In struct dirent, after two numbers of eight bytes, one of two and one byte.
    private const int NameOffset = 19;

    private readonly Stack<byte[]> _open = new();
    private int _why;

    /// <summary>The first thing that stayed, and why.</summary>
    public string? Left { get; private set; }

    /// <summary>Removes all entries of the root.</summary>
    public void RemoveAll()
    {
        var names = new List<byte[]>();
        var stream = OpenStream(root, "."u8);
        if (stream == null)
            return;
        for (var name = Next(stream); name != null; name = Next(stream))
            names.Add([.. MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name), 0]);
        _ = Libc.closedir(stream);
        names.ForEach(Remove);
    }

    /// <summary>Removes an entry of the root.</summary>
    /// <param name="name">Its name, ending in a NUL.</param>
    public void Remove(byte[] name)
    {
        _open.Push(name);
        while (_open.TryPop(out var next))
        {
            fixed (byte* entry = next)
            {
                if (!Unlink(root, entry) && !Empty(entry))
                    Keep(entry);
            }
        }
    }

    private bool Empty(byte* entry)
    {
        if (!MakeWritable(root, entry))
            return false;
        for (var pass = 0; pass < MostPasses; pass++)
        {
            var stream = OpenStream(root, MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry));
            if (stream == null)
                return false;
            var gone = 0;
            for (var name = Next(stream); name != null; name = Next(stream))
            {
                if (Unlink(Libc.dirfd(stream), name) || MoveUp(Libc.dirfd(stream), name))
                    gone++;
                else
                    Keep(name);
            }

            _ = Libc.closedir(stream);
            if (Libc.unlinkat(root, entry, Libc.RemoveDirectory) == 0)
                return true;

            // The listing of a directory that changes meanwhile may miss something: another look, while that helps.
            if (gone == 0)
                return false;
        }

        return false;
    }

    private bool Unlink(int directory, byte* name)
    {
        if (Libc.unlinkat(directory, name, 0) == 0)
            return true;
        _why = Marshal.GetLastPInvokeError();
        if (_why == Libc.Eisdir)
        {
            if (Libc.unlinkat(directory, name, Libc.RemoveDirectory) == 0)
                return true;
            _why = Marshal.GetLastPInvokeError();
        }

        return _why == Libc.Enoent;
    }

    private bool MoveUp(int directory, byte* name)
    {
        byte[] moved = [.. Encoding.UTF8.GetBytes(newName()), 0];
        if (!MakeWritable(directory, name))
            return false;
        fixed (byte* to = moved)
        {
            if (Libc.renameat(directory, name, root, to) != 0)
                return false;
        }

        _open.Push(moved);
        return true;
    }

    /// <summary>False when it is no directory.</summary>
    private static bool MakeWritable(int directory, byte* name)
    {
        var found = Libc.openat(directory, name, Libc.PathOnly | Libc.DirectoryOnly | Libc.NoFollow | Libc.CloseOnExec);
        if (found < 0)
            return false;
        _ = Libc.chmod($"/proc/self/fd/{found}", OwnerOnly);
        _ = Libc.close(found);
        return true;
    }

    private static void* OpenStream(int directory, ReadOnlySpan<byte> name)
    {
        // Terminated by a NUL: a literal's and that of an entry's name lie behind the span.
        fixed (byte* path = name)
        {
            var opened = Libc.openat(directory, path, Libc.DirectoryOnly | Libc.NoFollow | Libc.CloseOnExec);
            if (opened < 0)
                return null;
            var stream = Libc.fdopendir(opened);
            if (stream == null)
                _ = Libc.close(opened);
            return stream;
        }
    }

    private static byte* Next(void* stream)
    {
        while (true)
        {
            var entry = Libc.readdir(stream);
            if (entry == null)
                return null;
            var name = entry + NameOffset;
            if (name[0] != '.' || (name[1] != 0 && (name[1] != '.' || name[2] != 0)))
                return name;
        }
    }

    private void Keep(byte* name) =>
        Left ??= $"{Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name))}: "
            + Marshal.GetPInvokeErrorMessage(_why);
}
