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
    /// <summary>What a leader knows of a pool that it has not looked at: what its predecessor has learned.</summary>
    public static PoolMemory Of(WorkerPool pool) => new(ScalingState.Restored(
        pool.Status?.Learned is { } learned
            ? new Learned(
                learned.ServiceSeconds ?? Learned.Nothing.ServiceSeconds,
                learned.StartupSeconds ?? Learned.Nothing.StartupSeconds,
                learned.ArrivalRate ?? Learned.Nothing.ArrivalRate)
            : null));
}
