using HttpSd.Operator.Entities.Schema;
using k8s.Models;

namespace HttpSd.Operator.Entities;

/// <summary>Why a pool has its size. What is not known is left out, and never 0.</summary>
internal sealed record WorkerPoolStatus
{
    [Description("The metadata.generation that this status was made from.")]
    [RangeMinimum(0)]
    public long? ObservedGeneration { get; init; }

    [Description("Pods that the Deployment has.")]
    [RangeMinimum(0)]
    public int? CurrentReplicas { get; init; }

    [Description("Replicas that were decided on; with mode Recommend, or paused, what they would be.")]
    [RangeMinimum(0)]
    public int? DesiredReplicas { get; init; }

    [Description("Replicas that the queue needs, before minimum, maximum and what holds a decrease.")]
    [RangeMinimum(0)]
    public int? NeededReplicas { get; init; }

    [Description("Jobs that wait.")]
    [RangeMinimum(0)]
    public long? Pending { get; init; }

    [Description("Jobs that run.")]
    [RangeMinimum(0)]
    public long? Processing { get; init; }

    [Description("How long the oldest pending job has waited, in whole seconds.")]
    [RangeMinimum(0)]
    public long? OldestPendingAgeSeconds { get; init; }

    [Description("How long a job that is enqueued now will wait for its start, in whole seconds.")]
    [RangeMinimum(0)]
    public long? PredictedWaitSeconds { get; init; }

    [Description("Why the pool has this size, in a sentence.")]
    [Length(0, 1024)]
    public string? Reason { get; init; }

    [Description("When the operator last changed the Deployment's replicas.")]
    [Format("date-time")]
    public DateTime? LastScaleTime { get; init; }

    [Description("What was learned of the pool; the next leader begins with it.")]
    public LearnedStatus? Learned { get; init; }

    [Description("Ready: the pool can be scaled. MetricsAvailable: its queue is known. ScalingLimited: more replicas are needed than are allowed. ObjectiveMet: no job waits for too long. Fallback: the floor for an unknown queue is in force. Paused: the annotation holds it. StuckProcessing: jobs are called running that no Pod runs.")]
    [Items(0, 16)]
    [XListMapKey("type")]
    public IList<V1Condition>? Conditions { get; init; }
}

/// <summary><c>learned</c>.</summary>
internal sealed record LearnedStatus
{
    [Description("How long a job holds a slot.")]
    [RangeMinimum(0)]
    public double? ServiceSeconds { get; init; }

    [Description("From a Pod's creation to ready.")]
    [RangeMinimum(0)]
    public double? StartupSeconds { get; init; }

    [Description("Jobs a second, bursts left out.")]
    [RangeMinimum(0)]
    public double? ArrivalRate { get; init; }
}
