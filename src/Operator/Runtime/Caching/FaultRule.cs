using HttpSd.Operator.Runtime.Client;

namespace HttpSd.Operator.Runtime.Caching;

/// <summary>How soon to go on after a fault.</summary>
internal enum Pace
{
    AtOnce,

    /// <summary>At once the first time in a row; a server may say "expired" to its own newest list.</summary>
    AtOnceOnce,

    Backoff,

    /// <summary>Up to the longer limit: it takes a person to change it.</summary>
    Slow,
}

/// <summary>What a reflector does after a fault.</summary>
/// <param name="Relist">The version can't be gone on from.</param>
/// <param name="Pace">How soon it goes on.</param>
/// <param name="WarnAt">The failure of a row that is worth a warning; 0: none is.</param>
internal sealed record FaultRule(bool Relist, Pace Pace, int WarnAt)
{
    /// <summary>The whole policy.</summary>
    public static FaultRule Of(Fault fault) => fault switch
    {
        Fault.Closed or Fault.Late => new(false, Pace.AtOnce, 0),
        // A server restored from a backup answers a version from its future with a watch that says nothing at all.
        Fault.Idle => new(true, Pace.AtOnce, 0),
        Fault.Short => new(false, Pace.Backoff, 0),
        Fault.Expired => new(true, Pace.AtOnceOnce, 0),
        // A list would be one more burden on a server that has too many.
        Fault.Throttled => new(false, Pace.Backoff, 3),
        Fault.Unavailable => new(false, Pace.Backoff, 3),
        Fault.StreamError => new(false, Pace.Backoff, 3),
        Fault.TooLarge => new(true, Pace.Backoff, 1),
        // Not skipped: what the line told would be missing for ever.
        Fault.Unreadable => new(true, Pace.Backoff, 1),
        // What may be seen, or whether the type is the same one, can be different afterwards.
        Fault.Unauthorized or Fault.Forbidden or Fault.NotFound or Fault.Rejected => new(true, Pace.Slow, 1),
        _ => new(true, Pace.Backoff, 1),
    };

    /// <summary>The fault as labels and logs spell it.</summary>
    public static string Word(Fault fault) => fault switch
    {
        Fault.Closed => "closed",
        Fault.Short => "short",
        Fault.Idle => "idle",
        Fault.Late => "late",
        Fault.Expired => "expired",
        Fault.Throttled => "throttled",
        Fault.Unavailable => "unavailable",
        Fault.StreamError => "stream_error",
        Fault.TooLarge => "too_large",
        Fault.Unreadable => "unreadable",
        Fault.Unauthorized => "unauthorized",
        Fault.Forbidden => "forbidden",
        Fault.NotFound => "not_found",
        Fault.Rejected => "rejected",
        _ => "unexpected",
    };
}
