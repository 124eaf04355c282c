using System.Globalization;
using HttpSd.Worker.Runner.Processes;

namespace HttpSd.Worker.Runner.Host;

/// <summary>A fresh directory for each run, and nothing left of it afterwards.</summary>
internal sealed class WorkDirectories
{
    private const int LongestName = 64, Owner = 0b111_000_000;

    private readonly string _root;
    private long _count;

    public WorkDirectories(string root)
    {
        _root = Path.GetFullPath(root);
        Directory.CreateDirectory(_root);
        _ = Libc.chmod(_root, Owner);
        foreach (var left in Directory.GetFileSystemEntries(_root))
            Remove(left);
    }

    public string Create(string runId)
    {
        var number = Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture);
        var named = runId.Length is > 0 and <= LongestName
            && runId.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? $"{runId}.{number}" : $"run.{number}";
        var directory = Path.Combine(_root, named);
        Libc.Check(Libc.mkdir(directory, Owner), $"mkdir {directory}");
        return directory;
    }

    /// <summary>Removes it whatever a script made of it: read-only, unreadable or deep.</summary>
    public void Remove(string directory)
    {
        if (Libc.rmdir(directory) == 0)
            return;
        try
        {
            Empty(directory);
            _ = Libc.rmdir(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What can't be removed is not worth a run; the start of the next runner tries again.
        }
    }

    private void Empty(string root)
    {
        var open = new Stack<string>([root]);
        while (open.TryPeek(out var directory))
        {
            if (File.GetAttributes(directory) is var kind
                && (!kind.HasFlag(FileAttributes.Directory) || kind.HasFlag(FileAttributes.ReparsePoint)))
            {
                File.Delete(open.Pop());
                continue;
            }

            _ = Libc.chmod(directory, Owner);
            var entries = Directory.GetFileSystemEntries(directory);
            foreach (var entry in entries)
            {
                // A path has a longest length and a tree need not: its depth is cut by moving it up.
                if (entry.Length <= 2000)
                    open.Push(entry);
                else
                    open.Push(MovedUp(entry));
            }

            if (entries.Length == 0)
            {
                Libc.Check(Libc.rmdir(directory), $"rmdir {directory}");
                open.Pop();
            }
        }
    }

    private string MovedUp(string entry)
    {
        var moved = Path.Combine(_root, $"moved.{Interlocked.Increment(ref _count)}");
        Directory.Move(entry, moved);
        return moved;
    }
}
