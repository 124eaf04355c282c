using HttpSd.Worker.Runner.Processes;

namespace HttpSd.Worker.Runner.Host;

/// <summary>
/// A file's or folder's rights as they were at first, to be given back: the wall keeps no script from changing those of
/// what belongs to its user.
/// </summary>
internal sealed class KeptMode(string path)
{
    private readonly uint? _mode = OperatingSystem.IsWindows() || !Path.Exists(path) ? null : (uint)File.GetUnixFileMode(path);

    public void Restore()
    {
        if (_mode is { } mode)
            _ = Libc.chmod(path, mode);
    }
}
