using HttpSd.SdServer.Memory;

namespace HttpSd.SdServer.Discovery;

/// <summary>What a request comes to; also the status label of the metrics.</summary>
internal enum ListOutcome
{
    /// <summary>200 from a result within its TTL.</summary>
    Fresh,

    /// <summary>200 from a result past its TTL, or while Redis is away.</summary>
    Stale,

    /// <summary>There is no result.</summary>
    Miss,

    /// <summary>There is a result, but it is too old.</summary>
    Expired,

    /// <summary>As a miss, and no job could be enqueued.</summary>
    QueueFull,

    /// <summary>Redis can't be reached and nothing is known.</summary>
    StoreUnavailable,

    /// <summary>The parameters are refused.</summary>
    Refused,

    /// <summary>The generator was deleted meanwhile.</summary>
    Gone,
}

/// <summary>The answer for one generator.</summary>
/// <param name="Outcome">What it comes to.</param>
/// <param name="Slot">Where the list is; null unless it is served.</param>
/// <param name="Snapshot">The list; null unless it is served.</param>
/// <param name="Age">The list's age.</param>
/// <param name="RetryAfter">When asking again is worth it; zero: the default.</param>
/// <param name="Refusal">The sentence of a refusal.</param>
internal readonly record struct ListAnswer(
    ListOutcome Outcome,
    MemorySlot? Slot,
    Snapshot? Snapshot,
    TimeSpan Age,
    TimeSpan RetryAfter,
    string? Refusal)
{
    public bool IsServed => Outcome is ListOutcome.Fresh or ListOutcome.Stale;

    public static ListAnswer Served(ListOutcome outcome, MemorySlot slot, Snapshot snapshot, TimeSpan age) =>
        new(outcome, slot, snapshot, age, TimeSpan.Zero, null);

    public static ListAnswer Failed(ListOutcome outcome, TimeSpan retryAfter = default) =>
        new(outcome, null, null, TimeSpan.Zero, retryAfter, null);

    public static ListAnswer Refused(string sentence) =>
        new(ListOutcome.Refused, null, null, TimeSpan.Zero, TimeSpan.Zero, sentence);
}
