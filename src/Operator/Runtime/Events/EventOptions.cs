namespace HttpSd.Operator.Runtime.Events;

/// <summary>Who tells, and how much at most. The bounds are client-go's.</summary>
/// <param name="Component">The operator's name, shown as the events' source.</param>
/// <param name="Instance">This process.</param>
internal sealed record EventOptions(string Component, string Instance)
{
    /// <summary>Events waiting to be written; what comes on top is dropped.</summary>
    public int QueueLength { get; init; } = 1000;

    /// <summary>Objects and messages remembered.</summary>
    public int Remembered { get; init; } = 4096;

    /// <summary>Different messages of one reason about one object, within <see cref="SimilarWithin"/>, before they are combined.</summary>
    public int MostSimilar { get; init; } = 10;

    /// <summary>How long a message counts as similar.</summary>
    public TimeSpan SimilarWithin { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Events about one object at once; warnings have as many of their own, so that news don't use them up.</summary>
    public int Burst { get; init; } = 25;

    /// <summary>When another event about one object is allowed after a burst.</summary>
    public TimeSpan Refill { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Tries to write one event.</summary>
    public int Tries { get; init; } = 12;

    /// <summary>The pause between two tries.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long writing may go on when the process stops.</summary>
    public TimeSpan FlushTimeout { get; init; } = TimeSpan.FromSeconds(3);
}
