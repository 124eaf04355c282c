using CsCheck;
using HttpSd.Operator.Scaling;

namespace HttpSd.Operator.Tests.Scaling;

/// <summary>Whatever a pool has seen and whatever it sees next.</summary>
public sealed class DecisionPropertyTests
{
    private static readonly Gen<long> Number = OneOf(
        Gen.Const(0L), Gen.Long[0, 20], Gen.Long[0, 5000], OneOf(long.MinValue, -1L, long.MaxValue, long.MaxValue / 2));

    private static readonly Gen<TimeSpan> Span = OneOf(
        Gen.Const(TimeSpan.Zero), Gen.Double[0, 60].Select(TimeSpan.FromSeconds), OneOf(TimeSpan.MinValue, TimeSpan.MaxValue, TimeSpan.FromDays(3)));

    private static readonly Gen<int> Size = OneOf(Gen.Int[0, 12], Gen.Int[0, 60], OneOf(int.MinValue, int.MaxValue));

    private static readonly Gen<ScalingSpec> Specs =
        from min in Gen.Int[0, 3]
        from more in Gen.Int[0, 40]
        from concurrency in OneOf(1, 4, 16, 0, int.MaxValue)
        from objective in OneOf(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5), TimeSpan.Zero, TimeSpan.MaxValue)
        from fallback in Gen.Int[0, 50].Select(n => new FallbackRule(n)).Null()
        from window in OneOf(TimeSpan.FromSeconds(120), TimeSpan.Zero, TimeSpan.MaxValue)
        from interval in OneOf(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1), TimeSpan.Zero)
        select new ScalingSpec
        {
            MinReplicas = min,
            MaxReplicas = min + more,
            Concurrency = concurrency,
            MaxPendingAge = objective,
            Fallback = fallback,
            Interval = interval,
            ScaleDown = new ScaleDownRule { LoadWindow = window, LongestBacklogWindow = window },
        };

    /// <summary>A look: how many seconds after the one before, and at what.</summary>
    private static readonly Gen<(double After, QueueSample? Queue, DeploymentSample Deployment)> Looks =
        from after in OneOf(0.0, 1, 5, 5, 5, 5, 40, 400)
        from age in OneOf(0.0, 0, 0, 1, 60, -10)
        from queue in Gen.Select(Number, Number, Span, Number, Number, (pending, running, oldest, enqueued, completed) =>
            new QueueSample(PoolRun.Start.AddSeconds(-age), pending, running, oldest, enqueued, completed)).Null(0.1)
        from sizes in Gen.Select(Size, Size, Size, Gen.Int[0, 9])
        from start in Span
        select (after, queue, new DeploymentSample(sizes.Item1, sizes.Item2, sizes.Item3, sizes.Item4 == 0)
        {
            StartUps = [new StartUp(PoolRun.Start, start)],
        });

    private static readonly Gen<(ScalingSpec Spec, ScalingState State, ScalingSample Sample)> Cases =
        from spec in Specs
        from looks in Looks.Array[1, 12]
        from learned in Gen.Select(Gen.Double, Gen.Double, Gen.Double, (s, l, a) => new Learned(s, l, a)).Null()
        select Play(spec, looks, learned);

    [Fact]
    public void Never_outside_minimum_and_maximum() => Cases.Sample(c =>
        ScalingPolicy.Decide(c.State, c.Sample, c.Spec).Desired.Should().BeInRange(c.Spec.MinReplicas, c.Spec.MaxReplicas), iter: 20_000);

    [Fact]
    public void Never_down_on_unknown() => Cases.Sample(c =>
    {
        var old = c.Sample.Queue is { } q ? q with { At = c.Sample.Now.AddSeconds(-31) } : null;
        var decision = ScalingPolicy.Decide(c.State, c.Sample with { Queue = old }, c.Spec);
        decision.Desired.Should().BeGreaterThanOrEqualTo(Math.Min(c.Sample.Deployment.Replicas, c.Spec.MaxReplicas));
        decision.ObjectiveMet.Met.Should().BeNull();
    }, iter: 10_000);

    [Fact]
    public void Never_down_during_a_rollout() => Cases.Sample(c =>
    {
        var sample = c.Sample with { Deployment = c.Sample.Deployment with { RollingOut = true } };
        ScalingPolicy.Decide(c.State, sample, c.Spec).Desired
            .Should().BeGreaterThanOrEqualTo(Math.Min(sample.Deployment.Replicas, c.Spec.MaxReplicas));
    }, iter: 10_000);

    [Fact]
    public void Never_below_the_running_jobs() => Cases.Sample(c =>
    {
        var (slots, deployment) = (Math.Clamp(c.Spec.Concurrency, 1, 10_000), c.Sample.Deployment);
        var running = Math.Min(Math.Max(0, c.Sample.Queue?.Processing ?? 0), (double)slots * Math.Max(0, deployment.Pods));
        var least = Math.Min(Math.Min(Math.Ceiling(running / slots), deployment.Replicas), c.Spec.MaxReplicas);
        ScalingPolicy.Decide(c.State, c.Sample, c.Spec).Desired.Should().BeGreaterThanOrEqualTo((int)least);
    }, iter: 20_000);

    [Fact]
    public void More_pending_or_older_never_means_less() => Gen.Select(Cases, Number, Span).Sample(g =>
    {
        var (c, pending, age) = g;
        if (c.Sample.Queue is not { } queue)
            return;
        var more = queue with
        {
            Pending = Math.Max(queue.Pending, pending),
            OldestPendingAge = queue.OldestPendingAge > age ? queue.OldestPendingAge : age,
        };
        // What is counted between two readings is counted already; the question is one moment's.
        var state = ScalingPolicy.Decide(c.State, c.Sample, c.Spec).Next;
        var one = ScalingPolicy.Decide(state, c.Sample, c.Spec);
        var other = ScalingPolicy.Decide(state, c.Sample with { Queue = more }, c.Spec);
        other.Desired.Should().BeGreaterThanOrEqualTo(one.Desired);
        other.Needed.Should().BeGreaterThanOrEqualTo(one.Needed);
    }, iter: 30_000);

    [Fact]
    public void The_same_once_more_gives_the_same() => Cases.Sample(c =>
    {
        var first = ScalingPolicy.Decide(c.State, c.Sample, c.Spec);
        var second = ScalingPolicy.Decide(first.Next, c.Sample, c.Spec);
        (second.Desired, second.Needed, second.Next.Learned).Should().Be((first.Desired, first.Needed, first.Next.Learned));
    }, iter: 20_000);

    [Fact]
    public void Once_done_there_is_nothing_more_to_do() => Cases.Sample(c =>
    {
        var first = ScalingPolicy.Decide(c.State, c.Sample, c.Spec);
        var done = c.Sample with { Deployment = c.Sample.Deployment with { Replicas = first.Desired } };
        if (first.Desired < c.Sample.Deployment.Replicas)
            ScalingPolicy.Decide(first.Next, done, c.Spec).Desired.Should().BeLessThanOrEqualTo(Math.Max(first.Desired, Math.Min(first.Needed, c.Spec.MaxReplicas)));
        else
            ScalingPolicy.Decide(first.Next, done, c.Spec).Desired.Should().BeGreaterThanOrEqualTo(first.Desired);
    }, iter: 10_000);

    [Fact]
    public void Every_number_is_finite_and_every_list_bounded() => Cases.Sample(c =>
    {
        var decision = ScalingPolicy.Decide(c.State, c.Sample, c.Spec);
        var learned = decision.Next.Learned;
        double[] numbers = [decision.PredictedWait ?? 0, learned.ServiceSeconds, learned.StartupSeconds, learned.ArrivalRate, decision.Needed];
        numbers.Should().OnlyContain(n => double.IsFinite(n) && n >= 0);
        decision.Why.Should().NotBeEmpty().And.NotContain("NaN").And.NotContain("Infinity");
        decision.Why.Length.Should().BeLessThan(250);
        decision.Next.StartUps.Length.Should().BeLessThanOrEqualTo(20);
    }, iter: 20_000);

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static Gen<T> OneOf<T>(params Gen<T>[] gens) => Gen.OneOf(gens);

    private static (ScalingSpec, ScalingState, ScalingSample) Play(
        ScalingSpec spec, (double After, QueueSample? Queue, DeploymentSample Deployment)[] looks, Learned? learned)
    {
        var (state, now) = (ScalingState.Restored(learned), PoolRun.Start);
        ScalingSample? sample = null;
        foreach (var (after, queue, deployment) in looks)
        {
            if (sample is not null)
                state = ScalingPolicy.Decide(state, sample, spec).Next;
            now = now.AddSeconds(after);
            sample = new ScalingSample
            {
                Now = now,
                Queue = queue is null ? null : queue with { At = now + (queue.At - PoolRun.Start) },
                Deployment = deployment with { StartUps = [.. deployment.StartUps.Select(s => s with { ReadyAt = now })] },
            };
        }
        return (spec, state, sample!);
    }
}
