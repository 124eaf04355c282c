using System.ComponentModel.DataAnnotations;
using HttpSd.Core.Targets;
using HttpSd.ServiceDefaults;
using HttpSd.Worker.Runner.Host;
using HttpSd.Worker.Runner.Sandbox;

namespace HttpSd.Worker;

/// <summary>Section <c>Worker</c>: which jobs a worker takes and what a run may do.</summary>
public sealed class WorkerOptions
{
    /// <summary>Names the worker in logs, metrics and error records; by default the pod or host name.</summary>
    [Required, RegularExpression(@"[^|\s]{1,128}", ErrorMessage = "must be 1 to 128 characters without blanks and '|'")]
    public string Id { get; set; } = Environment.GetEnvironmentVariable("POD_NAME") ?? Environment.MachineName;

    /// <summary>The pool whose queue it serves.</summary>
    [Required, RegularExpression("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", ErrorMessage = "must be a DNS label")]
    public string Pool { get; set; } = "default";

    /// <summary>Runs at one time.</summary>
    [Range(1, 256)]
    public int Concurrency { get; set; } = 4;

    /// <summary>Where health and metrics are served.</summary>
    [ListenUrls]
    public string Urls { get; set; } = "http://+:8081";

    /// <summary>The Unix socket of a runner in another container; empty: the worker starts a runner of its own.</summary>
    public string RunnerSocket { get; set; } = "";

    /// <summary>How long demand waits after a first failure; doubles with each further one.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest that demand waits after failures.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The largest result, in bytes, as a script gives it.</summary>
    [Range(1024, 256 * 1024 * 1024)]
    public int MaxResultBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>The most targets of a result.</summary>
    [Range(1, 10_000_000)]
    public int MaxTargets { get; set; } = 200_000;

    /// <summary>Merge groups with equal labels, drop repeated targets, sort.</summary>
    public bool Normalize { get; set; } = true;

    /// <summary>Accept label names that only Prometheus 3 takes.</summary>
    public bool Utf8LabelNames { get; set; }

    /// <summary>Interpreters that an <c>exec</c> script may name: bare names in a standard folder, or absolute paths.</summary>
    [Names]
    public string[] Interpreters { get; set; } = [.. RunnerHostOptions.DefaultInterpreters];

    /// <summary>Variables of the worker's environment that scripts see; everything else is kept from them.</summary>
    [Names(MayBeEmpty = true)]
    public string[] PassEnvironment { get; set; } = [.. RunnerHostOptions.DefaultPassEnvironment];

    /// <summary>The interpreter of Python scripts.</summary>
    [Required]
    public string Python { get; set; } = "python3";

    /// <summary>Interpreters kept warm; the one used least recently goes.</summary>
    [Range(1, 4096)]
    public int MaxWarmRunners { get; set; } = 32;

    /// <summary>Runs after which a warm interpreter is replaced.</summary>
    [Range(1, 100_000_000)]
    public int RunnerMaxJobs { get; set; } = 1000;

    /// <summary>The most memory of each process of a script, in bytes: what it can write to, not what it only reserves.</summary>
    [Range(64L << 20, 1L << 40)]
    public long MaxMemoryBytes { get; set; } = 512L << 20;

    /// <summary>The largest file that a script may write, in bytes.</summary>
    [Range(64L << 10, 1L << 40)]
    public long MaxFileBytes { get; set; } = 64L << 20;

    /// <summary>The most files that each process of a script may have open.</summary>
    [Range(32, 65536)]
    public int MaxOpenFiles { get; set; } = 256;

    /// <summary>The most CPU time of a run, of all its processes together.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan MaxCpuTime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The most processes of a run at one time.</summary>
    [Range(1, 100_000)]
    public int MaxProcesses { get; set; } = 256;

    /// <summary>The most that a run may write to its folder, in bytes.</summary>
    [Range(64L << 10, 1L << 40)]
    public long MaxDiskBytes { get; set; } = 256L << 20;

    /// <summary>The most that a run may print beside its list, in bytes; the end of it is kept.</summary>
    [Range(64L << 10, 1L << 40)]
    public long MaxLogBytes { get; set; } = 64L << 20;

    /// <summary>The user, by number, that runs scripts where the worker is root; 0: root, too.</summary>
    [Range(0, int.MaxValue)]
    public int RunnerUser { get; set; } = 65532;

    /// <summary>Whether the kernel keeps scripts from files and processes that are not theirs.</summary>
    public SandboxMode Sandbox { get; set; }

    /// <summary>Files and folders that scripts may read beside programs, libraries and their own folders.</summary>
    [Paths]
    public string[] ReadPaths { get; set; } = [];

    /// <summary>Files and folders that scripts may write to beside their own folders.</summary>
    [Paths]
    public string[] WritePaths { get; set; } = [];

    /// <summary>
    /// From SIGTERM to the exit: no more claims at once, running scripts may end until 5 s before it (half of it when
    /// it is shorter than 10 s), the rest is put back.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "02:00:00")]
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The limits of a valid list.</summary>
    public TargetListLimits ListLimits => new()
    {
        MaxBytes = MaxResultBytes,
        MaxTargets = MaxTargets,
        Normalize = Normalize,
        Utf8LabelNames = Utf8LabelNames,
    };

    /// <summary>What a runner of the worker's own is started with; also for <c>httpsd check</c>.</summary>
    public RunnerHostOptions RunnerOptions => new()
    {
        MaxWarmRunners = MaxWarmRunners,
        RunnerMaxJobs = RunnerMaxJobs,
        MaxResultBytes = MaxResultBytes,
        MaxMemoryBytes = MaxMemoryBytes,
        MaxFileBytes = MaxFileBytes,
        MaxOpenFiles = MaxOpenFiles,
        MaxCpuTime = MaxCpuTime,
        MaxProcesses = MaxProcesses,
        MaxDiskBytes = MaxDiskBytes,
        MaxLogBytes = MaxLogBytes,
        Sandbox = Sandbox,
        ReadPaths = ReadPaths,
        WritePaths = WritePaths,
        Interpreters = Interpreters,
        Python = Python,
        PassEnvironment = PassEnvironment,
    };
}
