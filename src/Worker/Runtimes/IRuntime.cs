using HttpSd.Core.Runs;
using HttpSd.Worker.Runner.Host;
using HttpSd.Worker.Runner.Wire;

namespace HttpSd.Worker.Runtimes;

/// <summary>How scripts of one kind are executed.</summary>
internal interface IRuntime
{
    /// <summary>
    /// Runs a script; nothing of it is left when the task has ended, in whatever way. Throws only when cancelled.
    /// </summary>
    Task<ScriptReport> RunAsync(
        RunRequest request, byte[] script, RunProgress progress, CancellationToken cancellationToken);
}
