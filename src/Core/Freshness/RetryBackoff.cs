namespace HttpSd.Core.Freshness;

/// <summary>How long after a failure requests enqueue again.</summary>
public static class RetryBackoff
{
    /// <summary>The pause after so many failures in a row: doubling, spread by 20 % either way, never above <paramref name="max"/>.</summary>
    /// <param name="failures">Failures since the last success; below 1 there is no pause.</param>
    /// <param name="first">The pause after the first failure.</param>
    /// <param name="max">The longest pause.</param>
    /// <param name="jitter">A random number from 0 to 1.</param>
    public static TimeSpan Next(int failures, TimeSpan first, TimeSpan max, double jitter)
    {
        if (failures < 1 || first <= TimeSpan.Zero)
            return TimeSpan.Zero;

        // In doubles a million doublings are infinity, which the cap takes care of.
        var doubled = Math.Min(first.Ticks * Math.Pow(2, failures - 1), max.Ticks);
        var spread = doubled * (0.8 + (0.4 * Math.Clamp(jitter, 0, 1)));
        return spread >= max.Ticks ? max : TimeSpan.FromTicks((long)spread);
    }
}
