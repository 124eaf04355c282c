using HttpSd.Operator.Runtime.Client;

namespace HttpSd.Operator.Runtime.Caching;

/// <summary>Waits that double with each failure of a row and begin anew after a healthy while.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan healthyAfter, TimeProvider time, Jitter jitter)
{
    private long ready = time.GetTimestamp();

    /// <summary>Failures of the present row.</summary>
    public int Failures { get; private set; }

    /// <summary>Counts a failure and says how long to wait.</summary>
    /// <param name="most">The longest wait.</param>
    /// <param name="asked">What the server asked for instead; kept up to the longest wait, and never cut short.</param>
    public TimeSpan Next(TimeSpan most, TimeSpan? asked = null)
    {
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(ready, now) >= healthyAfter)
            Failures = 0;
        var own = first * Math.Pow(2, Math.Min(Failures++, 30));
        // Everybody was told the same second; and a server that asks for none would be asked in a circle.
        var wait = asked > TimeSpan.Zero
            ? jitter.Between(Least(asked.Value, most), Least(asked.Value, most) * 1.2 + first * 0.5)
            : jitter.Around(Least(own, most));
        ready = now + (long)(wait.TotalSeconds * time.TimestampFrequency);
        return wait;
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
