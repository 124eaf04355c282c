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
    /// <param name="asked">What the server asked for instead.</param>
    public TimeSpan Next(TimeSpan most, TimeSpan? asked = null)
    {
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(ready, now) >= healthyAfter)
            Failures = 0;
        var own = first * Math.Pow(2, Math.Min(Failures++, 30));
        // Everybody was told the same second; and a server that asks for none would be asked in a circle.
        var wait = asked > TimeSpan.Zero ? asked.Value + first * 0.25 : own;
        wait = jitter.Around(wait < most ? wait : most);
        if (wait < asked && asked <= most)
            wait = asked.Value;
        ready = now + (long)(wait.TotalSeconds * time.TimestampFrequency);
        return wait;
    }
}
