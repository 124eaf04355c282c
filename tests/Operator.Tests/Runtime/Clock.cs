using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace HttpSd.Operator.Tests.Runtime;

/// <summary>
/// Turns a fake clock while real threads follow. A busy machine lets the clock run ahead of an answer that is on
/// its way, so limits leave room for that.
/// </summary>
internal static class Clock
{
    private static readonly TimeSpan Real = TimeSpan.FromSeconds(10);

    /// <summary>Advances in steps until it is so; how much fake time that took. Fails after the limit.</summary>
    public static async Task<TimeSpan> UntilAsync(this FakeTimeProvider time, Func<bool> so, TimeSpan limit, TimeSpan? step = null)
    {
        var by = step ?? TimeSpan.FromMilliseconds(250);
        for (var passed = TimeSpan.Zero; ; passed += by)
        {
            for (var looks = 0; looks < 8; looks++)
            {
                if (so())
                    return passed;
                await Task.Delay(1);
            }
            passed.Should().BeLessThan(limit, "it should have happened by then");
            time.Advance(by);
        }
    }

    /// <summary>Advances in steps while things happen.</summary>
    public static async Task PassAsync(this FakeTimeProvider time, TimeSpan span, TimeSpan? step = null)
    {
        var by = step ?? TimeSpan.FromMilliseconds(250);
        for (var passed = TimeSpan.Zero; passed < span; passed += by)
        {
            time.Advance(by);
            await Task.Delay(8);
        }
    }

    /// <summary>Waits in real time for something that needs no clock.</summary>
    public static async Task SoonAsync(Func<bool> so)
    {
        var since = Stopwatch.StartNew();
        while (!so())
        {
            since.Elapsed.Should().BeLessThan(Real, "it should have happened by then");
            await Task.Delay(2);
        }
    }
}
