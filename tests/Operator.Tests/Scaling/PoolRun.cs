using HttpSd.Operator.Scaling;

namespace HttpSd.Operator.Tests.Scaling;

/// <summary>A pool that does what was decided, told by a test how its queue goes on. Pods are ready at once.</summary>
internal sealed class PoolRun(ScalingSpec spec, int replicas, Learned? learned = null)
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>What is known of a pool of jobs of one second.</summary>
    public static readonly Learned OneSecond = new(1, 10, 0);

    private long enqueued;
    private long completed;

    public DateTimeOffset Now { get; private set; } = Start;

    public ScalingState State { get; set; } = ScalingState.Restored(learned ?? OneSecond);

    public ScalingSpec Spec { get; set; } = spec;

    public int Replicas { get; set; } = replicas;

    public bool RollingOut { get; set; }

    /// <summary>One interval later.</summary>
    public ScalingDecision Step(
        long pending = 0, long running = 0, double age = 0, long arrived = 0, long done = 0, int? ready = null, int? pods = null)
    {
        Now += Spec.Interval;
        (enqueued, completed) = (enqueued + arrived, completed + done);
        return Decide(new QueueSample(Now, pending, running, TimeSpan.FromSeconds(age), enqueued, completed), ready, pods);
    }

    public ScalingDecision Unknown(double seconds = 5)
    {
        Now += TimeSpan.FromSeconds(seconds);
        return Decide(null);
    }

    /// <summary>The totals begin again.</summary>
    public void Wipe() => (enqueued, completed) = (0, 0);

    public ScalingDecision Decide(QueueSample? queue, int? ready = null, int? pods = null)
    {
        var decision = ScalingPolicy.Decide(State, new ScalingSample
        {
            Now = Now,
            Queue = queue,
            Deployment = new DeploymentSample(Replicas, ready ?? Replicas, pods ?? Replicas, RollingOut),
        }, Spec);
        (State, Replicas) = (decision.Next, decision.Desired);
        return decision;
    }

    /// <summary>Quiet for so long: the sizes that were decided.</summary>
    public List<int> Quiet(double seconds)
    {
        var sizes = new List<int>();
        for (var passed = 0.0; passed < seconds; passed += Spec.Interval.TotalSeconds)
            sizes.Add(Step().Desired);
        return sizes;
    }

    /// <summary>Steady load for so long.</summary>
    public ScalingDecision Load(double seconds, long perSecond, long running)
    {
        var each = perSecond * (long)Spec.Interval.TotalSeconds;
        ScalingDecision? decision = null;
        for (var passed = 0.0; passed < seconds; passed += Spec.Interval.TotalSeconds)
            decision = Step(running: running, arrived: each, done: each);
        return decision!;
    }
}
