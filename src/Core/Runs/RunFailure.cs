namespace HttpSd.Core.Runs;

/// <summary>Why a run failed, as it is stored and as <c>?debug=true</c> shows it.</summary>
/// <param name="Type">The class of the error: a Python exception's name, or one of <see cref="FailureTypes"/>.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Traceback">The script's own frames, or the tail of standard error; may be empty.</param>
public sealed record RunFailure(string Type, string Message, string Traceback);

/// <summary>The error types that HttpSd itself reports; a Python exception is reported under its own name.</summary>
public static class FailureTypes
{
    /// <summary>The script ran past its timeout.</summary>
    public const string Timeout = "TimeoutError";

    /// <summary>The message that goes with <see cref="Timeout"/>, always.</summary>
    public const string TimeoutMessage = "Generator exceeded timeout limit";

    /// <summary>The list is not a valid one; the message names the element.</summary>
    public const string InvalidResult = "InvalidResult";

    /// <summary>The list is larger than <c>Worker:MaxResultBytes</c> or <c>Worker:MaxTargets</c>.</summary>
    public const string ResultTooLarge = "ResultTooLarge";

    /// <summary>The list lost more targets than <c>maxShrinkPercent</c> allows.</summary>
    public const string TargetsShrunk = "TargetsShrunk";

    /// <summary>The run's processes took more together than the worker's options allow; the message says of what.</summary>
    public const string LimitExceeded = "LimitExceeded";

    /// <summary>An <c>exec</c> script ended with a status other than 0, or on a signal.</summary>
    public const string ExitStatus = "ExitStatus";

    /// <summary>The interpreter ended while the script ran: <c>os._exit</c>, a crash, out of memory.</summary>
    public const string InterpreterDied = "InterpreterDied";

    /// <summary>The <c>#!</c> line names no interpreter on the worker's allow-list, or there is none.</summary>
    public const string InterpreterNotAllowed = "InterpreterNotAllowed";

    /// <summary>The worker lost its lease on the same job again and again.</summary>
    public const string WorkerLost = "WorkerLost";

    /// <summary>A fault of the worker's own ended the run; its log has the trace.</summary>
    public const string WorkerFault = "WorkerFault";

    /// <summary>The runner could not start the script at all.</summary>
    public const string RunnerFailed = "RunnerFailed";
}
