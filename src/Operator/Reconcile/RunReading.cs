using HttpSd.Core.Freshness;
using HttpSd.Core.Runs;
using HttpSd.Redis.Cache;

namespace HttpSd.Operator.Reconcile;

/// <summary>Reads a run's end out of a cache entry.</summary>
internal static class RunReading
{
    // The server counts a list as fresh for at least twice the interval that its reader polls at, which is not known
    // here: it is Prometheus' default.
    private static readonly TimeSpan LeastFresh = 2 * TimeSpan.FromSeconds(60);

    /// <summary>Null when the entry knows of no run.</summary>
    public static RunObservation? Of(CacheEntry entry)
    {
        var result = entry.Result;
        // A success sets the count to nothing, and so does a changed definition, which leaves its predecessor's error.
        var failed = entry.Failures > 0;
        if (result is null && !failed)
            return null;
        return new RunObservation(
            !failed ? RunOutcome.Success : IsTimeout(entry.Error) ? RunOutcome.Timeout : RunOutcome.Error,
            failed ? entry.Error?.At : result!.Times.UpdatedAt,
            result?.Targets ?? 0,
            failed ? entry.Error?.Type : null,
            failed ? entry.Error?.Message : null,
            result is null ? null : ServableUntil(result.Times),
            result?.DefinitionHash ?? "");
    }

    private static bool IsTimeout(CachedError? error) =>
        error is { Type: FailureTypes.Timeout, Message: FailureTypes.TimeoutMessage };

    private static DateTimeOffset ServableUntil(CachedTimes times)
    {
        var (at, fresh) = (times.UpdatedAt, times.CacheTtl > LeastFresh ? times.CacheTtl : LeastFresh);
        var room = DateTimeOffset.MaxValue - at;
        return fresh < room && times.StaleTtl < room - fresh ? at + fresh + times.StaleTtl : DateTimeOffset.MaxValue;
    }
}
