using System.Globalization;
using HttpSd.Worker.Runner.Host;
using HttpSd.Worker.Runner.Processes;

namespace HttpSd.Worker.Runner;

/// <summary>The user that a runner gets whose agent is root: another one, so that its scripts reach nothing of the agent's.</summary>
/// <param name="Id">Its number, and its group's; no name is needed.</param>
/// <param name="Setpriv">The program that becomes this user and then the runner.</param>
internal sealed record RunnerUser(int Id, string Setpriv)
{
    private const UnixFileMode Enter = UnixFileMode.OtherExecute, Read = UnixFileMode.OtherRead;

    // CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_KILL, CAP_SETGID and CAP_SETUID.
    private const ulong Needed = 1 << 0 | 1 << 1 | 1 << 5 | 1 << 6 | 1 << 7;

    /// <summary>The user for a command; null when the runner keeps the agent's.</summary>
    /// <param name="command">What it must be able to read.</param>
    /// <param name="user">Its number; 0: the agent's.</param>
    /// <param name="obstacle">Why it keeps the agent's though another one is wanted.</param>
    public static RunnerUser? For(RunnerCommand command, int user, out string? obstacle)
    {
        obstacle = null;
        if (user == 0 || Libc.geteuid() != 0)
            return null;
        var setpriv = ScriptEnvironment.Find("setpriv");
        if (setpriv is null)
            obstacle = "setpriv is not installed";
        else if ((Capabilities() & Needed) != Needed)
            obstacle = "this root may not change users";
        else if (command.Arguments.Prepend(command.FileName).FirstOrDefault(IsOutOfReach) is { } file)
            obstacle = $"user {user} could not read {file}";
        return obstacle is null ? new RunnerUser(user, setpriv!) : null;
    }

    /// <summary>The command, as this user.</summary>
    public RunnerCommand Become(RunnerCommand command)
    {
        var id = Id.ToString(CultureInfo.InvariantCulture);
        return new RunnerCommand(
            Setpriv, ["--reuid", id, "--regid", id, "--clear-groups", "--inh-caps=-all", "--no-new-privs", "--", command.FileName, .. command.Arguments]);
    }

    /// <summary>Makes a folder its own.</summary>
    public void Own(string folder) => Libc.Check(Libc.chown(folder, Id, Id), $"chown {folder}");

    /// <summary>Whether anybody may enter a folder, and all above it.</summary>
    public static bool MayEnter(string? folder)
    {
        for (; !OperatingSystem.IsWindows() && folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (!File.GetUnixFileMode(folder).HasFlag(Enter))
                return false;
        }

        return true;
    }

    private static bool IsOutOfReach(string argument)
    {
        if (OperatingSystem.IsWindows() || !argument.StartsWith('/') || !File.Exists(argument))
            return false;
        var file = new FileInfo(argument).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? argument;
        if (!File.GetUnixFileMode(file).HasFlag(Read))
            return true;
        return !MayEnter(Path.GetDirectoryName(file));
    }

    private static ulong Capabilities() =>
        File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("CapEff:", StringComparison.Ordinal)) is { } line
            && ulong.TryParse(line[7..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var set) ? set : 0;
}
