using System.Diagnostics;
using HttpSd.Tests;

namespace HttpSd.Cluster.Tests.Faults;

/// <summary>Polls with a deadline.</summary>
internal static class Wait
{
    /// <summary>What was read last: good, or as it was at the deadline.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> read, Func<T, bool> good, double seconds = 30)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            var late = Stopwatch.GetElapsedTime(since) > Slowness.Bound(seconds);
            try
            {
                if (await read() is var value && (good(value) || late))
                    return value;
            }
            catch (Exception e) when (!late && e is HttpRequestException or IOException or TaskCanceledException or Redis.Connection.StoreUnavailableException)
            {
                // Whatever is being hurt at the moment.
            }
            await Task.Delay(50);
        }
    }

    public static async Task UntilAsync(Func<Task<bool>> good, string because, double seconds = 30) =>
        (await UntilAsync(good, g => g, seconds)).Should().BeTrue(because);
}
