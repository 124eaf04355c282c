using System.Diagnostics;
using HttpSd.Tests;

namespace HttpSd.Cluster.Tests.Users;

/// <summary>Waits for what processes do in their own time.</summary>
internal static class Patience
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    /// <summary>Looks until it is so; fails with what there was instead.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo, Func<string> instead, double seconds = 15)
    {
        for (var since = Stopwatch.GetTimestamp(); !await isSo(); await Task.Delay(Pause))
        {
            if (Stopwatch.GetElapsedTime(since) > Slowness.Bound(seconds))
                throw new TimeoutException($"not so within {Slowness.Bound(seconds)}: {instead()}");
        }
    }

    /// <summary>Looks for a while; fails as soon as it is no longer so.</summary>
    public static async Task WhileAsync(Func<Task<bool>> isSo, Func<string> instead, double seconds)
    {
        for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since).TotalSeconds < seconds; await Task.Delay(Pause))
        {
            if (!await isSo())
                throw new InvalidOperationException($"no longer so: {instead()}");
        }
    }
}
