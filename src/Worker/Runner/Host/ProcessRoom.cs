using HttpSd.Worker.Runner.Processes;

namespace HttpSd.Worker.Runner.Host;

/// <summary>What both runtimes start, watch and end processes with.</summary>
internal sealed record ProcessRoom(
    RunnerHostOptions Options,
    ChildProcesses Children,
    OutputPump Pump,
    Killer Killer,
    WorkDirectories Directories,
    ScriptEnvironment Environment,
    ScriptLimits Limits)
{
    public const int TailBytes = 16 * 1024;

    private long _count;

    public static ProcessRoom Open(RunnerHostOptions options, RunnerLog log)
    {
        var children = new ChildProcesses();
        return new ProcessRoom(
            options,
            children,
            new OutputPump(),
            new Killer(new Census(children), options.KillGrace),
            new WorkDirectories(options.WorkDirectory, log),
            new ScriptEnvironment(options.PassEnvironment),
            new ScriptLimits(options.MaxMemoryBytes, options.MaxFileBytes, options.MaxOpenFiles));
    }

    /// <summary>A name for what a run or an interpreter starts; unique in this runner.</summary>
    public string NewOwner() => OwnerMark.Owner(Interlocked.Increment(ref _count));

    /// <summary>A pipe that is read from now on, and the end to give to a process.</summary>
    public (OutputPipe Output, Descriptor Write) OpenPipe(int limitBytes, bool keepStart)
    {
        var (read, write) = Descriptor.Pipe(nonBlockingRead: true);
        var output = new OutputPipe(read, limitBytes, keepStart);
        Pump.Add(output);
        return (output, write);
    }
}
