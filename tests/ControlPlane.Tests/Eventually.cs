using System.Diagnostics;
using HttpSd.Tests;

namespace HttpSd.Kube.Tests;

internal static class Eventually
{
    public static async Task TrueAsync(Func<Task<bool>> holds)
    {
        var since = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            Stopwatch.GetElapsedTime(since).Should().BeLessThan(Slowness.Bound(20), "it was to hold by then");
            await Task.Delay(100);
        }
    }
}
