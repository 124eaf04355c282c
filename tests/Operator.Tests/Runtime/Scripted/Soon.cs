using System.Diagnostics;
using HttpSd.Tests;

namespace HttpSd.Operator.Tests.Runtime.Scripted;

internal static class Soon
{
    /// <summary>Waits, boundedly, for what another thread brings about.</summary>
    public static async Task TrueAsync(Func<bool> condition, string because, int seconds = 8)
    {
        var clock = Stopwatch.StartNew();
        while (!condition() && clock.Elapsed < Slowness.Bound(seconds))
            await Task.Delay(5);
        condition().Should().BeTrue(because);
    }
}
