using System.Diagnostics;
using HttpSd.Tests;

namespace HttpSd.Monitoring.Tests;

/// <summary>Waits for what processes do in their own time.</summary>
internal static class Eventually
{
    /// <summary>Looks until it is right; fails with what there was instead, and with what else there is to say.</summary>
    public static async Task IsAsync<T>(Func<Task<T>> look, Func<T, bool> right, TimeSpan patience, Func<string>? more = null)
    {
        for (var since = Stopwatch.GetTimestamp(); ; await Task.Delay(250))
        {
            var last = await look();
            if (right(last))
                return;
            if (Stopwatch.GetElapsedTime(since) > Slowness.Bound(patience))
                throw new TimeoutException($"not so within {Slowness.Bound(patience)}: {(last is IEnumerable<string> all ? string.Join('\n', all) : last)}\n{more?.Invoke()}");
        }
    }
}
