using HttpSd.Operator.Entities;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Scaling;

namespace HttpSd.Operator.Pools;

/// <summary>What is to be done about one pool, in this order.</summary>
internal sealed record PoolPlan
{
    /// <summary>1. The Deployment's new replicas; null: leave it alone.</summary>
    public ScaleChange? Scale { get; init; }

    /// <summary>2. What to tell the user when that was written.</summary>
    public IReadOnlyList<PlannedEvent> ScaleEvents { get; init; } = [];

    /// <summary>3. For the next pass.</summary>
    public required PoolMemory Memory { get; init; }

    /// <summary>4. The status to be written.</summary>
    public required WorkerPoolStatus Status { get; init; }

    /// <summary>False: <see cref="Status"/> is the stored one; write nothing.</summary>
    public bool StatusChanged { get; init; }

    /// <summary>More than numbers has changed: write it now.</summary>
    public bool Urgent { get; init; }

    /// <summary>5. What to tell the user beside; empty when nothing changed.</summary>
    public IReadOnlyList<PlannedEvent> Events { get; init; } = [];

    /// <summary>For the metrics; null: nothing was decided.</summary>
    public ScalingDecision? Decision { get; init; }

    /// <summary>Whether the annotation holds it.</summary>
    public bool Paused { get; init; }
}

/// <summary>One change of a Deployment's size.</summary>
/// <param name="Target">Its name.</param>
/// <param name="From">Only from this size.</param>
/// <param name="To">Replicas.</param>
internal sealed record ScaleChange(string Target, int From, int To);
