using HttpSd.Core.Runs;

namespace HttpSd.Worker.Runner.Wire;

/// <summary>The header of what the runner answers; the body is the script's output.</summary>
internal sealed record RunReply
{
    private const int MostMessage = 8 * 1024, MostText = 64 * 1024, MostMilliseconds = 7 * 24 * 60 * 60 * 1000;

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

    /// <summary>What it says, within the bounds that a runner keeps by itself: one that a script has taken over may not.</summary>
    public ScriptReport Report(byte[] output) => new(
        Enum.IsDefined(Outcome) ? Outcome : RunOutcome.Error,
        output,
        Failure is null ? null : new RunFailure(End(Failure.Type, MostMessage), End(Failure.Message, MostMessage), End(Failure.Traceback, MostText)),
        End(LogTail, MostText),
        double.IsFinite(DurationMilliseconds) ? TimeSpan.FromMilliseconds(Math.Clamp(DurationMilliseconds, 0, MostMilliseconds)) : TimeSpan.Zero);

    private static string End(string? text, int most) => text is null ? "" : text.Length <= most ? text : text[^most..];
}

/// <summary>How far a run is.</summary>
internal enum RunState
{
    Waiting,
    Started,
    Done,
}
