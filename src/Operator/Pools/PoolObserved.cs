using HttpSd.Operator.Entities;
using HttpSd.Operator.Scaling;

namespace HttpSd.Operator.Pools;

/// <summary>Everything that a decision about one pool is made from, read at one moment.</summary>
internal sealed record PoolObserved
{
    public required WorkerPool Object { get; init; }

    /// <summary>The reader's clock.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>How often a decision is made.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The queue's numbers; null: Redis can't be read, and unknown is not zero.</summary>
    public QueueSample? Queue { get; init; }

    /// <summary>The Deployment; null: there is none of the name.</summary>
    public TargetObserved? Target { get; init; }

    /// <summary>What else sets the Deployment's replicas, such as <c>HorizontalPodAutoscaler worker</c>; null: nothing.</summary>
    public string? Rival { get; init; }

    /// <summary>What the API server said to the write that this pass tried; null: nothing was refused.</summary>
    public string? Refusal { get; init; }

    /// <summary>The longest script timeout of the pool's generators; null: none of them runs.</summary>
    public TimeSpan? LongestRun { get; init; }

    /// <summary>Whether the labels of namespaces are known, for a selector.</summary>
    public bool ReadsNamespaces { get; init; }

    /// <summary>What the pass before left.</summary>
    public required PoolMemory Memory { get; init; }
}

/// <summary>The Deployment as far as it counts.</summary>
/// <param name="Sample">What the size is decided from.</param>
/// <param name="Current">Pods that it has.</param>
/// <param name="Grace">How long its Pods get to end.</param>
internal sealed record TargetObserved(DeploymentSample Sample, int Current, TimeSpan Grace)
{
    /// <summary>Who last set the replicas, as far as the API server tells, and when; null: not told.</summary>
    public (string Manager, DateTimeOffset At)? LastSetBy { get; init; }
}

/// <summary>What one pass leaves to the next, in this process; another leader begins with <see cref="Of"/>.</summary>
/// <param name="State">Of the policy.</param>
/// <param name="Replicas">As they were seen or left; null: not yet.</param>
/// <param name="SeenAt">When; null: not yet.</param>
/// <param name="ScaledAt">When this process last set them; null: not yet.</param>
internal sealed record PoolMemory(ScalingState State, int? Replicas = null, DateTimeOffset? SeenAt = null, DateTimeOffset? ScaledAt = null)
{
    /// <summary>Somebody else has set the replicas, which nobody has overridden yet; null: nobody has.</summary>
    public OutsideChange? Outside { get; init; }

    /// <summary>What a leader knows of a pool that it has not looked at: what its predecessor has learned.</summary>
    public static PoolMemory Of(WorkerPool pool) => new(ScalingState.Restored(
        pool.Status?.Learned is { } learned
            ? new Learned(
                learned.ServiceSeconds ?? Learned.Nothing.ServiceSeconds,
                learned.StartupSeconds ?? Learned.Nothing.StartupSeconds,
                learned.ArrivalRate ?? Learned.Nothing.ArrivalRate)
            : null));
}

/// <summary>A size that the pool did not decide on.</summary>
/// <param name="From">What it was before.</param>
/// <param name="By">Who set it, as far as is known.</param>
internal sealed record OutsideChange(int From, string By)
{
    // The API server notes times in whole seconds, by a clock of its own.
    private static readonly TimeSpan Clocks = TimeSpan.FromSeconds(2);

    /// <summary>Seen now or before, until the pool has its own size again.</summary>
    public static OutsideChange? Of(PoolObserved observed)
    {
        if (observed.Target is not { } target || observed.Memory is not { Replicas: { } known } memory)
            return null;
        if (known == target.Sample.Replicas)
            return memory.Outside;
        if (memory.Outside is { } before)
            return before.From == target.Sample.Replicas ? null : before;
        return new OutsideChange(known, target.LastSetBy is var (manager, at) && at >= memory.SeenAt - Clocks ? manager : "somebody else");
    }
}
