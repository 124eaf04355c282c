namespace HttpSd.Operator.Scaling;

/// <summary>Everything that one decision is made from, read at one moment.</summary>
internal sealed record ScalingSample
{
    /// <summary>The reader's clock.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The queue's numbers; null: unknown, which is not zero.</summary>
    public QueueSample? Queue { get; init; }

    public required DeploymentSample Deployment { get; init; }
}

/// <summary>A pool's queue.</summary>
/// <param name="At">When the numbers were true, by the clock of <see cref="ScalingSample.Now"/>; a frozen source keeps an old one.</param>
/// <param name="Pending">Jobs that wait and could run at once.</param>
/// <param name="Processing">Jobs that are leased to workers.</param>
/// <param name="OldestPendingAge">How long the oldest pending job has waited; zero when there is none.</param>
/// <param name="Enqueued">Jobs ever enqueued.</param>
/// <param name="Completed">Jobs ever completed.</param>
internal sealed record QueueSample(
    DateTimeOffset At, long Pending, long Processing, TimeSpan OldestPendingAge, long Enqueued, long Completed);

/// <summary>The Deployment that is scaled.</summary>
/// <param name="Replicas"><c>spec.replicas</c> as it stands.</param>
/// <param name="Ready">Pods that are ready and not terminating.</param>
/// <param name="Pods">All its Pods that may still run a job, the starting and the terminating included.</param>
/// <param name="RollingOut">A rollout is under way.</param>
internal sealed record DeploymentSample(int Replicas, int Ready, int Pods, bool RollingOut = false)
{
    /// <summary>How long Pods took to start; those already counted may be shown again. Empty: nothing to learn from.</summary>
    public IReadOnlyList<StartUp> StartUps { get; init; } = [];
}

/// <summary>One Pod's first start.</summary>
/// <param name="ReadyAt">When it became ready for the first time.</param>
/// <param name="Took">From its creation.</param>
internal readonly record struct StartUp(DateTimeOffset ReadyAt, TimeSpan Took);
