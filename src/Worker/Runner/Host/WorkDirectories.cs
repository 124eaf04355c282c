using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using HttpSd.Worker.Runner.Processes;

namespace HttpSd.Worker.Runner.Host;

/// <summary>A fresh directory for each run, and nothing left of it afterwards.</summary>
internal sealed class WorkDirectories
{
    private const int LongestName = 64, Owner = 0b111_000_000;

    private readonly string _root;
    private readonly RunnerLog _log;
    private volatile bool _wasLost;
    private long _count;

    private readonly WorkDirectories? _above;
    private readonly KeptMode? _around;

    public WorkDirectories(string root, RunnerLog log)
        : this(root, log, null)
    {
    }

    private WorkDirectories(string root, RunnerLog log, WorkDirectories? above)
    {
        (_root, _log, _above) = (Path.GetFullPath(root), log, above);
        _around = above is null ? new KeptMode(Path.GetDirectoryName(_root)!) : null;
        above?.Unlock();
        CreateRoot();
        Remove(removal => removal.RemoveAll());
    }

    /// <summary>Where they are.</summary>
    public string Root => _root;

    /// <summary>Whether somebody removed the root, so that it is another one now.</summary>
    public bool WasLost => _wasLost;

    /// <summary>Directories of their own for one interpreter.</summary>
    public WorkDirectories Below(string name) => new(Path.Combine(_root, name), _log, this);

    public string Create(string runId)
    {
        var number = Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture);
        var named = runId.Length is > 0 and <= LongestName
            && runId.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? $"{runId}.{number}" : $"run.{number}";
        var directory = Path.Combine(_root, named);
        if (Libc.mkdir(directory, Owner) == 0)
            return directory;
        if (Marshal.GetLastPInvokeError() == Libc.Eacces)
        {
            Unlock();
            if (Libc.mkdir(directory, Owner) == 0)
                return directory;
        }

        if (Marshal.GetLastPInvokeError() is var error and not Libc.Enoent)
            throw Libc.Error($"mkdir {directory}", error);

        // Someone who tidies up temporary folders took the root.
        _wasLost = true;
        CreateRoot();
        Libc.Check(Libc.mkdir(directory, Owner), $"mkdir {directory}");
        return directory;
    }

    /// <summary>Gives the folders back what rights a script took: the wall keeps nobody from changing those of its own user's files.</summary>
    public void Unlock()
    {
        _above?.Unlock();
        _around?.Restore();
        _ = Libc.chmod(_root, Owner);
    }

    /// <summary>Removes it whatever a script made of it.</summary>
    public void Remove(string directory)
    {
        if (Libc.rmdir(directory) != 0)
            Remove(removal => removal.Remove([.. Encoding.UTF8.GetBytes(Path.GetFileName(directory)), 0]));
    }

    /// <summary>Removes all of them and their root.</summary>
    public void RemoveRoot()
    {
        if (Libc.rmdir(_root) == 0)
            return;
        Remove(removal => removal.RemoveAll());
        _ = Libc.rmdir(_root);
    }

    private void Remove(Action<DirectoryRemoval> remove)
    {
        Unlock();
        using var root = Descriptor.Open(_root);
        if (root is null)
            return;
        var removal = new DirectoryRemoval(root.Number, () => $"moved.{Interlocked.Increment(ref _count)}");
        remove(removal);

        // Not worth a run; the start of the next runner tries again.
        if (removal.Left is { } left)
            _log.LeftBehind(_root, left);
    }

    private void CreateRoot()
    {
        Directory.CreateDirectory(_root);
        _ = Libc.chmod(_root, Owner);
    }
}
