using System.Diagnostics;

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
            if (Stopwatch.GetElapsedTime(started) > within)
                throw new TimeoutException($"within {within.TotalSeconds} s it was never so; last seen: {seen}");
            await Task.Delay(50);
        }
    }
}
