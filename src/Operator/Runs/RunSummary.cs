using HttpSd.Redis.Cache;

namespace HttpSd.Operator.Runs;

/// <summary>What of a run's outcome an object's status shows; equal summaries cause no write.</summary>
/// <param name="Failed">The last run failed.</param>
/// <param name="Message">Type and message of the error; empty for a success.</param>
/// <param name="Targets">Of the last good result.</param>
/// <param name="Servable">There is a result.</param>
/// <param name="DefinitionHash">Of the definition that made the result.</param>
/// <param name="Overdue">There is none to serve, and the next run waits and waits.</param>
internal readonly record struct RunSummary(bool Failed, string Message, int Targets, bool Servable, string DefinitionHash, bool Overdue)
{
    public static RunSummary Of(CacheEntry entry, bool overdue) => new(
        entry.Failures > 0,
        entry.Error is { } error ? $"{error.Type}: {error.Message}" : "",
        entry.Result?.Targets ?? 0,
        entry.Result is not null,
        entry.Result?.DefinitionHash ?? "",
        overdue);
}
