using HttpSd.Core.Runs;
using HttpSd.Worker.Runner.Host;
using HttpSd.Worker.Runtimes;

namespace HttpSd.Worker.Runner.Sandbox;

/// <summary>
/// What of the machine a script gets to see: programs and libraries, what they need of <c>/etc</c>, the harmless
/// devices, its own folder, and what an administrator names. Everything else can't be opened, and no process but its
/// own be signalled or looked into.
/// </summary>
internal sealed class ScriptWall
{
    private const int WholeFrom = 6;

    private static readonly string Launcher = Resources.Text("wall.pl");

    private static readonly string[] System =
        ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/proc", "/sys"];

    private static readonly string[] Devices = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"];

    // Names, certificates, time zones and libraries; not the files of whatever else is configured there.
    private static readonly string[] Settings =
    [
        "alternatives", "ca-certificates", "crypto-policies", "debian_version", "default/locale", "gai.conf", "group", "host.conf",
        "hostname", "hosts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "ld.so.preload", "ld-musl-x86_64.path", "ld-musl-aarch64.path",
        "locale.alias", "locale.conf", "localtime", "mime.types", "networks", "nsswitch.conf", "os-release", "passwd", "perl", "pki",
        "protocols", "python3", "resolv.conf", "services", "ssl", "terminfo", "timezone",
    ];

    private readonly SandboxMode _mode;
    private readonly string[] _read;
    private readonly string[] _write;
    private readonly string? _setpriv = ScriptEnvironment.Find("setpriv");
    private readonly string? _perl = ScriptEnvironment.Find("perl");

    public ScriptWall(RunnerHostOptions options, ScriptEnvironment environment)
    {
        _mode = options.Sandbox;
        _read =
        [
            .. System,
            .. Settings.Select(name => "/etc/" + name),
            .. options.Interpreters.Append(options.Python).SelectMany(Homes),
            .. environment.Values.SelectMany(value => value.Split(':')).Where(part => part is ['/', not '/', ..]),
            .. options.ReadPaths,
        ];
        _read = [.. _read.Distinct(StringComparer.Ordinal)];
        _write = [.. Devices, .. options.WritePaths];
    }

    /// <summary>Why there is less of a wall than there could be; null when it is whole or not wanted.</summary>
    public string? Lack => _mode == SandboxMode.Off ? null
        : WallRules.Version == 0 ? "this kernel has no Landlock: scripts can read what the runner can, and signal what it can"
        : WallRules.Version < WholeFrom ? $"this kernel's Landlock has version {WallRules.Version}; from {WholeFrom} on scripts can't signal other processes either"
        : _perl is null || _setpriv is null ? "perl and setpriv are not both installed: exec scripts can read what the runner can, and signal what it can"
        : null;

    /// <summary>The rules of a process; null when there is no wall. An <see cref="IOException"/> says what a required one lacks.</summary>
    /// <param name="home">The folder that is its own.</param>
    public WallRules? For(string home) =>
        _mode == SandboxMode.Required && Lack is { } lack ? throw new IOException($"Worker:Sandbox is required, but {lack}")
        : _mode == SandboxMode.Off || WallRules.Version == 0 ? null
        : WallRules.Of(WallRules.Version, _read, [.. _write, home]);

    /// <summary>The programs that wall themselves in, one after the other, and become the script, which dies with its parent and gains no rights.</summary>
    public IReadOnlyList<string> Prefix(string home)
    {
        var rules = For(home);
        if (_setpriv is null)
            return [];
        string[] bound = [_setpriv, "--pdeathsig", "KILL", "--no-new-privs", "--"];
        return rules is null || _perl is null ? bound : [.. bound, _perl, "-e", Launcher, "--", .. rules.ToArguments()];
    }

    /// <summary>The failure, with what names more that scripts may use, where that may be what it lacks.</summary>
    public RunFailure Explain(RunFailure failure) =>
        _mode != SandboxMode.Off && (failure.Type == "PermissionError"
            || (failure.Type == FailureTypes.ExitStatus && failure.Traceback.Contains("Permission denied", StringComparison.OrdinalIgnoreCase)))
            ? failure with { Message = $"{failure.Message} (Worker:ReadPaths and Worker:WritePaths name what scripts may use)" }
            : failure;

    // An interpreter's own modules are beside the folder it is in, also where it is only linked to.
    private static IEnumerable<string> Homes(string interpreter)
    {
        if (ScriptEnvironment.Find(interpreter) is not { } file)
            yield break;
        yield return Home(file);
        if (new FileInfo(file).ResolveLinkTarget(returnFinalTarget: true) is { } target)
            yield return Home(target.FullName);
    }

    private static string Home(string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        return Path.GetFileName(folder) is "bin" or "sbin" && Path.GetDirectoryName(folder) is { Length: > 1 } above ? above : folder;
    }
}
