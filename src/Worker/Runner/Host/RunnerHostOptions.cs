using System.Globalization;
using HttpSd.Worker.Runner.Sandbox;

namespace HttpSd.Worker.Runner.Host;

/// <summary>What a runner process is told on its command line.</summary>
public sealed record RunnerHostOptions
{
    /// <summary>The interpreters that <c>exec</c> scripts may name unless set otherwise.</summary>
    public static readonly IReadOnlyList<string> DefaultInterpreters =
        ["sh", "bash", "python3", "perl", "jq", "awk", "node", "ruby"];

    /// <summary>The variables of the runner's own environment that scripts see unless set otherwise.</summary>
    public static readonly IReadOnlyList<string> DefaultPassEnvironment =
    [
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE",
    ];

    /// <summary>The Unix socket it listens on.</summary>
    public string SocketPath { get; init; } = "";

    /// <summary>Where runs get their directories; emptied at start.</summary>
    public string WorkDirectory { get; init; } = "";

    /// <summary>How many Python interpreters it keeps at most, busy ones included.</summary>
    public int MaxWarmRunners { get; init; } = 32;

    /// <summary>After how many runs an interpreter is replaced.</summary>
    public int RunnerMaxJobs { get; init; } = 1000;

    /// <summary>The largest list that is handed on.</summary>
    public int MaxResultBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>The most memory of each process of a script.</summary>
    public long MaxMemoryBytes { get; init; } = 512L << 20;

    /// <summary>The largest file that a script may write.</summary>
    public long MaxFileBytes { get; init; } = 64L << 20;

    /// <summary>The most files that each process of a script may have open.</summary>
    public int MaxOpenFiles { get; init; } = 256;

    /// <summary>The most CPU time of a run's processes together.</summary>
    public TimeSpan MaxCpuTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The most processes of a run at one time.</summary>
    public int MaxProcesses { get; init; } = 256;

    /// <summary>The most that a run may have in its folder.</summary>
    public long MaxDiskBytes { get; init; } = 256L << 20;

    /// <summary>The most that a run may print beside its list.</summary>
    public long MaxLogBytes { get; init; } = 64L << 20;

    /// <summary>Whether scripts are walled in.</summary>
    public SandboxMode Sandbox { get; init; }

    /// <summary>What scripts may read beside programs and libraries.</summary>
    public IReadOnlyList<string> ReadPaths { get; init; } = [];

    /// <summary>What scripts may write to beside their own folders.</summary>
    public IReadOnlyList<string> WritePaths { get; init; } = [];

    /// <summary>What a script gets between SIGTERM and SIGKILL.</summary>
    public TimeSpan KillGrace { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>File names, looked for in the standard directories, or absolute paths.</summary>
    public IReadOnlyList<string> Interpreters { get; init; } = DefaultInterpreters;

    /// <summary>The Python of the warm interpreters: a name on the scripts' PATH or an absolute path.</summary>
    public string Python { get; init; } = "python3";

    /// <summary>The names of the variables that scripts see beside the fixed ones.</summary>
    public IReadOnlyList<string> PassEnvironment { get; init; } = DefaultPassEnvironment;

    /// <summary>End when standard input does: its other end is held by the process that started the runner.</summary>
    public bool ExitWithStdin { get; init; }

    /// <summary>The command line that <see cref="Parse"/> reads.</summary>
    public IReadOnlyList<string> ToArguments() =>
    [
        "--socket", SocketPath,
        "--work-directory", WorkDirectory,
        "--max-warm-runners", Number(MaxWarmRunners),
        "--runner-max-jobs", Number(RunnerMaxJobs),
        "--max-result-bytes", Number(MaxResultBytes),
        "--max-memory-bytes", Number(MaxMemoryBytes),
        "--max-file-bytes", Number(MaxFileBytes),
        "--max-open-files", Number(MaxOpenFiles),
        "--max-cpu-ms", Number((long)MaxCpuTime.TotalMilliseconds),
        "--max-processes", Number(MaxProcesses),
        "--max-disk-bytes", Number(MaxDiskBytes),
        "--max-log-bytes", Number(MaxLogBytes),
        "--sandbox", $"{Sandbox}",
        "--read-paths", string.Join(',', ReadPaths),
        "--write-paths", string.Join(',', WritePaths),
        "--kill-grace-ms", Number((int)KillGrace.TotalMilliseconds),
        "--interpreters", string.Join(',', Interpreters),
        "--python", Python,
        "--pass-environment", string.Join(',', PassEnvironment),
        .. ExitWithStdin ? new[] { "--exit-with-stdin" } : [],
    ];

    /// <summary>Reads a command line; an <see cref="ArgumentException"/> names what is wrong with it.</summary>
    public static RunnerHostOptions Parse(IReadOnlyList<string> args)
    {
        var options = new RunnerHostOptions();
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == "--exit-with-stdin")
            {
                options = options with { ExitWithStdin = true };
                continue;
            }

            var name = args[i];
            var value = ++i < args.Count ? args[i] : throw new ArgumentException($"{name} needs a value");
            options = name switch
            {
                "--socket" => options with { SocketPath = value },
                "--work-directory" => options with { WorkDirectory = value },
                "--max-warm-runners" => options with { MaxWarmRunners = Number(name, value) },
                "--runner-max-jobs" => options with { RunnerMaxJobs = Number(name, value) },
                "--max-result-bytes" => options with { MaxResultBytes = Number(name, value) },
                "--max-memory-bytes" => options with { MaxMemoryBytes = LongNumber(name, value) },
                "--max-file-bytes" => options with { MaxFileBytes = LongNumber(name, value) },
                "--max-open-files" => options with { MaxOpenFiles = Number(name, value) },
                "--max-cpu-ms" => options with { MaxCpuTime = TimeSpan.FromMilliseconds(LongNumber(name, value)) },
                "--max-processes" => options with { MaxProcesses = Number(name, value) },
                "--max-disk-bytes" => options with { MaxDiskBytes = LongNumber(name, value) },
                "--max-log-bytes" => options with { MaxLogBytes = LongNumber(name, value) },
                "--sandbox" => options with { Sandbox = Mode(name, value) },
                "--read-paths" => options with { ReadPaths = Names(value) },
                "--write-paths" => options with { WritePaths = Names(value) },
                "--kill-grace-ms" => options with { KillGrace = TimeSpan.FromMilliseconds(Number(name, value)) },
                "--interpreters" => options with { Interpreters = Names(value) },
                "--python" => options with { Python = value },
                "--pass-environment" => options with { PassEnvironment = Names(value) },
                _ => throw new ArgumentException($"{name} is not an option of the runner"),
            };
        }

        if (options.SocketPath.Length == 0)
            throw new ArgumentException("--socket is missing");
        return options.WorkDirectory.Length > 0
            ? options
            : options with { WorkDirectory = Path.Combine(Path.GetDirectoryName(options.SocketPath) ?? "/tmp", "runs") };
    }

    private static SandboxMode Mode(string name, string value) =>
        Enum.TryParse<SandboxMode>(value, ignoreCase: true, out var mode) && Enum.IsDefined(mode)
            ? mode
            : throw new ArgumentException($"{name} needs auto, required or off, not '{value}'");

    private static string[] Names(string value) =>
        value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static int Number(string name, string value) =>
        LongNumber(name, value) is var number and <= int.MaxValue
            ? (int)number
            : throw new ArgumentException($"{name} needs a number up to {int.MaxValue}, not '{value}'");

    private static long LongNumber(string name, string value) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new ArgumentException($"{name} needs a number above 0, not '{value}'");
}
