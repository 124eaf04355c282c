using HttpSd.Core.Runs;

namespace HttpSd.Worker.Runner.Wire;

/// <summary>The header of what the runner answers; the body is the script's output.</summary>
internal sealed record RunReply
{
    /// <summary>Waiting and Started are sent only when a run could not start at once: they move the agent's own
    /// time limit.</summary>
    public required RunState State { get; init; }

    public RunOutcome Outcome { get; init; }

    public RunFailure? Failure { get; init; }

    public string LogTail { get; init; } = "";

    public double DurationMilliseconds { get; init; }

    public static RunReply Done(ScriptReport report) => new()
    {
        State = RunState.Done,
        Outcome = report.Outcome,
        Failure = report.Failure,
        LogTail = report.LogTail,
        DurationMilliseconds = report.Duration.TotalMilliseconds,
    };

    public ScriptReport Report(byte[] output) =>
        new(Outcome, output, Failure, LogTail, TimeSpan.FromMilliseconds(DurationMilliseconds));
}

/// <summary>How far a run is.</summary>
internal enum RunState
{
    Waiting,
    Started,
    Done,
}
