namespace HttpSd.Operator.Runs;

/// <summary>Tells whether a loop still turns: one that hangs is noticed by the probe, and nothing else would say so.</summary>
/// <param name="time">The clock.</param>
/// <param name="limit">One turn's longest; longer than any that is merely slow.</param>
internal sealed class Beat(TimeProvider time, TimeSpan limit)
{
    /// <summary>Of a loop that publishes or looks up everything: with a slow Redis and many objects that takes minutes.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private long last;
    private volatile bool running;

    /// <summary>True also while the loop doesn't run.</summary>
    public bool Alive => !running || time.GetElapsedTime(Interlocked.Read(ref last)) < limit;

    /// <summary>The loop begins; it has ended when this is disposed.</summary>
    public IDisposable Begin()
    {
        Now();
        running = true;
        return new Running(this);
    }

    /// <summary>It has turned once more.</summary>
    public void Now() => Interlocked.Exchange(ref last, time.GetTimestamp());

    private sealed class Running(Beat beat) : IDisposable
    {
        public void Dispose() => beat.running = false;
    }
}
