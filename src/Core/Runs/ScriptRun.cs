using HttpSd.Core.Definitions;

namespace HttpSd.Core.Runs;

/// <summary>One execution of a script, asked of a runner.</summary>
/// <param name="RunId">Unique; names the run's working directory.</param>
/// <param name="Script">What to run and its definition.</param>
/// <param name="Parameters">The request's parameters, defaults filled in.</param>
/// <param name="Check">Call <c>test_generate_targets()</c> when the script defines it.</param>
public sealed record ScriptRun(
    string RunId,
    GeneratorScript Script,
    IReadOnlyDictionary<string, string> Parameters,
    bool Check = false)
{
    /// <summary>Called whenever the runner says that the script has not begun to run until now; must be quick.</summary>
    public Action? Waited { get; init; }
}

/// <summary>What came of a <see cref="ScriptRun"/>.</summary>
/// <param name="Outcome">Success, Error or Timeout.</param>
/// <param name="Output">The script's JSON as it came, not yet validated; empty unless Success.</param>
/// <param name="Failure">Set unless Success.</param>
/// <param name="LogTail">The end of what the script printed, at most 16 KiB.</param>
/// <param name="Duration">Wall clock of the script.</param>
public sealed record ScriptReport(
    RunOutcome Outcome,
    ReadOnlyMemory<byte> Output,
    RunFailure? Failure,
    string LogTail,
    TimeSpan Duration);

/// <summary>Executes scripts. The implementation talks to a runner process that holds no credentials.</summary>
public interface IScriptRunner
{
    /// <summary>
    /// Runs the script and returns what came of it; never throws for what a script does. Cancelling kills the
    /// script and everything it started, and throws <see cref="OperationCanceledException"/>.
    /// </summary>
    Task<ScriptReport> RunAsync(ScriptRun run, CancellationToken cancellationToken);
}
