using System.Diagnostics;
using HttpSd.Tests;

namespace HttpSd.Cli.Tests.Serving;

/// <summary>Waits for another process, with a bound and the last observation in the failure.</summary>
internal static class Eventually
{
    public static async Task<T> IsAsync<T>(Func<Task<T>> observe, Func<T, bool> holds, TimeSpan within)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var seen = await observe();
            if (holds(seen))
                return seen;
            if (Stopwatch.GetElapsedTime(started) > Slowness.Bound(within))
                throw new TimeoutException($"within {Slowness.Bound(within)} it was never so; last seen: {seen}");
            await Task.Delay(50);
        }
    }
}
