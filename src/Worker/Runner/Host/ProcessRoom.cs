using HttpSd.Core.Runs;
using HttpSd.Worker.Runner.Processes;
using HttpSd.Worker.Runner.Sandbox;

namespace HttpSd.Worker.Runner.Host;

/// <summary>What both runtimes start, watch and end processes with.</summary>
internal sealed record ProcessRoom(
    RunnerHostOptions Options,
    ChildProcesses Children,
    OutputPump Pump,
    Killer Killer,
    WorkDirectories Directories,
    ScriptEnvironment Environment,
    ScriptLimits Limits,
    ScriptWall Wall,
    RunWatch Watch)
{
    public const int TailBytes = 16 * 1024;

    private long _count;

    public static ProcessRoom Open(RunnerHostOptions options, RunnerLog log)
    {
        var environment = new ScriptEnvironment(options.PassEnvironment);
        var children = new ChildProcesses();
        var wall = new ScriptWall(options, environment);
        if (wall.Lack is { } lack)
            log.WallLacks(lack);
        var census = new Census(children);
        var killer = new Killer(census, options.KillGrace);
        var quotas = new RunQuotas(options.MaxCpuTime, options.MaxProcesses, options.MaxDiskBytes, options.MaxLogBytes);
        return new ProcessRoom(
            options,
            children,
            new OutputPump(),
            killer,
            new WorkDirectories(options.WorkDirectory, log),
            environment,
            new ScriptLimits(options.MaxMemoryBytes, options.MaxFileBytes, options.MaxOpenFiles),
            wall,
            new RunWatch(census, killer, quotas));
    }

    /// <summary>A name for what a run or an interpreter starts; unique in this runner.</summary>
    public string NewOwner() => OwnerMark.Owner(Interlocked.Increment(ref _count));

    /// <summary>The failure, with the limit or the wall that it tells of.</summary>
    public RunFailure Explain(RunFailure failure) => Wall.Explain(Limits.Explain(failure));

    /// <summary>A pipe that is read from now on, and the end to give to a process.</summary>
    public (OutputPipe Output, Descriptor Write) OpenPipe(int limitBytes, bool keepStart)
    {
        var (read, write) = Descriptor.Pipe(nonBlockingRead: true);
        var output = new OutputPipe(read, limitBytes, keepStart);
        Pump.Add(output);
        return (output, write);
    }
}
