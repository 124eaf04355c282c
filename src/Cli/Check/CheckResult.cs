using HttpSd.Core.Runs;

namespace HttpSd.Cli.Check;

/// <summary>How <c>check</c> prints.</summary>
internal enum CheckOutput
{
    Table,
    Json,
}

/// <summary>What came of one generator, or of a file that is none.</summary>
/// <param name="Path">The generator's path, or the file.</param>
/// <param name="Outcome"><c>success</c>, <c>error</c>, <c>timeout</c> or <c>invalid</c> (it could not be read).</param>
/// <param name="Groups">Of the list; null unless it succeeded.</param>
/// <param name="Targets">Of the list; null unless it succeeded.</param>
/// <param name="Seconds">The script took; null when none ran.</param>
/// <param name="Warnings">Odd, but valid.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="LogTail">The end of what the script printed, at most 16 KiB.</param>
internal sealed record CheckResult(
    string Path,
    string Outcome,
    int? Groups,
    int? Targets,
    double? Seconds,
    IReadOnlyList<string> Warnings,
    RunFailure? Error,
    string LogTail);
