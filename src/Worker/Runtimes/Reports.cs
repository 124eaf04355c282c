using System.Diagnostics;
using HttpSd.Core.Runs;

namespace HttpSd.Worker.Runtimes;

/// <summary>The reports of both runtimes, in one wording.</summary>
internal static class Reports
{
    public static ScriptReport Success(byte[] output, string log, long started) =>
        new(RunOutcome.Success, output, null, log, Stopwatch.GetElapsedTime(started));

    public static ScriptReport Error(string type, string message, string traceback, string log, long started) =>
        Error(new RunFailure(type, message, traceback), log, started);

    public static ScriptReport Error(RunFailure failure, string log, long started) =>
        new(RunOutcome.Error, default, failure, log, Stopwatch.GetElapsedTime(started));

    public static ScriptReport Timeout(string traceback, string log, long started) =>
        new(
            RunOutcome.Timeout,
            default,
            new(FailureTypes.Timeout, FailureTypes.TimeoutMessage, traceback),
            log,
            Stopwatch.GetElapsedTime(started));

    public static ScriptReport NotStarted(string message) =>
        new(RunOutcome.Error, default, new(FailureTypes.RunnerFailed, message, ""), "", TimeSpan.Zero);
}
