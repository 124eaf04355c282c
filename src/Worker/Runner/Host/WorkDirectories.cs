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
    private long _count;

    public WorkDirectories(string root, RunnerLog log)
    {
        (_root, _log) = (Path.GetFullPath(root), log);
        CreateRoot();
        Remove(removal => removal.RemoveAll());
    }

    public string Create(string runId)
    {
        var number = Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture);
        var named = runId.Length is > 0 and <= LongestName
            && runId.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? $"{runId}.{number}" : $"run.{number}";
        var directory = Path.Combine(_root, named);
        if (Libc.mkdir(directory, Owner) == 0)
            return directory;
        if (Marshal.GetLastPInvokeError() is var error and not Libc.Enoent)
            throw Libc.Error($"mkdir {directory}", error);

        // Someone who tidies up temporary folders took the root.
        CreateRoot();
        Libc.Check(Libc.mkdir(directory, Owner), $"mkdir {directory}");
        return directory;
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
        // A script may have locked it: it has the same user.
        _ = Libc.chmod(_root, Owner);
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
