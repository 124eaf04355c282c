namespace HttpSd.Operator.Scaling;

/// <summary>How many replicas a pool is to have, and why.</summary>
internal sealed record ScalingDecision
{
    /// <summary>Within minimum and maximum, always; the size as it is when there is nothing to write.</summary>
    public required int Desired { get; init; }

    /// <summary>Before minimum and maximum; while the queue is unknown, what was last known to be needed.</summary>
    public required int Needed { get; init; }

    /// <summary>Seconds that a job enqueued now will wait for its start, at most a day; null: unknown.</summary>
    public double? PredictedWait { get; init; }

    public Limit Limited { get; init; }

    /// <summary>The floor for an unknown queue is in force.</summary>
    public bool Fallback { get; init; }

    /// <summary>Why the pool is not made smaller though less would do, or is not known to; <see cref="Hold.None"/>: nothing holds it.</summary>
    public Hold Holding { get; init; }

    /// <summary>For longer than a job can take, more jobs are called running than the Pods can run.</summary>
    public bool StuckProcessing { get; init; }

    public required ObjectiveVerdict ObjectiveMet { get; init; }

    /// <summary>One sentence for the status.</summary>
    public required string Why { get; init; }

    /// <summary>For the next decision.</summary>
    public required ScalingState Next { get; init; }
}

/// <summary>What keeps the size from being the needed one.</summary>
internal enum Limit
{
    None,
    AtMax,
    AtMin,
}

/// <summary>What keeps a pool from becoming smaller.</summary>
internal enum Hold
{
    None,

    /// <summary>The queue can't be read, or its numbers are old.</summary>
    Unknown,

    RollingOut,

    /// <summary>The size was found, after a start or a gap, and has not been watched for a whole window.</summary>
    Adopted,

    /// <summary>A job waits for longer than it may.</summary>
    Late,

    /// <summary>As much was needed a short while ago.</summary>
    Window,

    /// <summary>It would save too little.</summary>
    Deadband,

    /// <summary>Not idle for long enough to go to zero.</summary>
    NotIdle,
}

/// <summary>Whether the oldest pending job waits less than it may.</summary>
/// <param name="Met">Null: unknown.</param>
/// <param name="Reason">The reason of the condition.</param>
internal sealed record ObjectiveVerdict(bool? Met, ObjectiveReason Reason);

/// <summary>The names are the reasons of the condition.</summary>
internal enum ObjectiveReason
{
    WithinObjective,
    QueueUnknown,

    /// <summary>There are or will be enough replicas; it takes them a moment.</summary>
    CatchingUp,

    /// <summary>More replicas would be, but the size is not written: paused, or only recommended.</summary>
    SizeNotSet,

    /// <summary>Jobs wait while most slots of the ready Pods stay free: the workers look elsewhere.</summary>
    WorkersIdle,

    /// <summary>Replicas that were asked for long ago are not ready.</summary>
    PodsNotReady,

    /// <summary>A Pod takes longer to start than a job may wait: a higher minimum, or a longer objective.</summary>
    ColdStartExceedsObjective,

    /// <summary>More replicas than the maximum would be needed to clear the backlog in time.</summary>
    AtMaxReplicas,

    /// <summary>More arrives than the maximum of replicas can run: the backlog grows.</summary>
    Overloaded,
}
