using System.Collections.Immutable;

namespace HttpSd.Operator.Scaling;

/// <summary>
/// What one decision leaves to the next. Never written to: each decision gives a new one. Start with
/// <see cref="New"/> or <see cref="Restored"/>; either takes the size that it finds as needed for a whole window.
/// </summary>
internal sealed record ScalingState
{
    public static ScalingState New { get; } = new();

    /// <summary>After a restart or a change of leader.</summary>
    public static ScalingState Restored(Learned? learned)
    {
        var prior = (learned ?? Learned.Nothing).Sound();
        return new()
        {
            Prior = prior,
            Estimates = new Estimates(prior.ServiceSeconds, prior.ServiceSeconds, prior.ArrivalRate),
        };
    }

    /// <summary>For the pool's status.</summary>
    public Learned Learned => new(Estimates.LongService, StartUpSeconds, Estimates.ArrivalRate);

    /// <summary>What was known before <see cref="Ticks"/>.</summary>
    public Learned Prior { get; init; } = Learned.Nothing;

    public Estimates Estimates { get; init; } = new(Learned.Nothing.ServiceSeconds, Learned.Nothing.ServiceSeconds, 0);

    /// <summary>The latest starts, oldest first.</summary>
    public ImmutableArray<StartUp> StartUps { get; init; } = [];

    /// <summary>Of nine Pods in ten, from creation to ready.</summary>
    public double StartUpSeconds => Learning.StartUpSeconds(StartUps, Prior.StartupSeconds);

    /// <summary>When the first decision was made; null: not yet.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the queue was last known; null: never.</summary>
    public DateTimeOffset? KnownAt { get; init; }

    /// <summary>Since when it has been watched without a gap; null: not yet.</summary>
    public DateTimeOffset? AdoptedAt { get; init; }

    /// <summary>The numbers up to which <see cref="Ticks"/> reach; null: the next ones only begin.</summary>
    public QueueSample? Counted { get; init; }

    /// <summary>The jobs that ran then, as far as there were Pods for them.</summary>
    public double CountedRunning { get; init; }

    /// <summary>What happened between readings, oldest first.</summary>
    public ImmutableArray<Tick> Ticks { get; init; } = [];

    /// <summary>What was found to be needed, oldest first.</summary>
    public ImmutableArray<Mark> Marks { get; init; } = [];

    /// <summary>Since when nothing is queued or runs; null: something does, or it is not known.</summary>
    public DateTimeOffset? IdleSince { get; init; }

    /// <summary>Since when more jobs are called running than the Pods can run; null: they are not.</summary>
    public DateTimeOffset? StuckSince { get; init; }

    /// <summary>Since when jobs wait for too long while most slots are free; null: they don't.</summary>
    public DateTimeOffset? UntakenSince { get; init; }

    /// <summary>The size that was last seen; null: none yet.</summary>
    public int? Replicas { get; init; }

    /// <summary>When it began to be larger than before, by us or by hand: since then Pods start. Null: never seen.</summary>
    public DateTimeOffset? GrownAt { get; init; }

    public DateTimeOffset? RaisedAt { get; init; }

    public DateTimeOffset? LoweredAt { get; init; }

    /// <summary>How long a backlog's need is kept now; zero: as long as the spec says.</summary>
    public TimeSpan BacklogWindow { get; init; }

    /// <summary>When <see cref="BacklogWindow"/> was last changed.</summary>
    public DateTimeOffset? WindowAt { get; init; }
}

/// <summary>What happened between two readings.</summary>
/// <param name="At">The later one.</param>
/// <param name="Seconds">Between them.</param>
/// <param name="Busy">Slot-seconds that jobs took.</param>
/// <param name="Completed">Jobs that completed.</param>
/// <param name="Arrived">Jobs that were enqueued.</param>
internal readonly record struct Tick(DateTimeOffset At, double Seconds, double Busy, double Completed, double Arrived);

/// <summary>What was found to be needed.</summary>
/// <param name="At">When.</param>
/// <param name="Load">Replicas for what arrives steadily.</param>
/// <param name="Now">Replicas for all there was, its backlog included.</param>
internal readonly record struct Mark(DateTimeOffset At, int Load, int Now);
