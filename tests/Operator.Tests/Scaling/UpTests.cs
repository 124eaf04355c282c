using HttpSd.Operator.Scaling;

namespace HttpSd.Operator.Tests.Scaling;

public sealed class UpTests
{
    private static readonly ScalingSpec Spec = new() { MinReplicas = 0, MaxReplicas = 50 };

    [Fact]
    public void From_zero_to_what_a_backlog_needs_in_one_step()
    {
        var decision = new PoolRun(Spec, 0).Step(pending: 1000, age: 2, arrived: 1000);

        // 1000 slot-seconds in the 13 s between the start of new Pods and the deadline.
        decision.Desired.Should().BeInRange(15, 25);
        decision.Needed.Should().Be(decision.Desired);
        decision.Holding.Should().Be(Hold.None);
    }

    [Fact]
    public void One_job_needs_one_worker() => new PoolRun(Spec, 0).Step(pending: 1, arrived: 1).Desired.Should().Be(1);

    [Fact]
    public void No_more_slots_than_jobs()
    {
        var slow = new PoolRun(Spec, 0, new Learned(60, 10, 0)).Step(pending: 9, arrived: 9);
        slow.Desired.Should().Be(3);
    }

    [Fact]
    public void Steady_load_needs_its_slots_and_the_tails()
    {
        var pool = new PoolRun(Spec, 6);
        // 10 jobs a second of 2 s keep 20 slots busy, of which 5 Pods have no more.
        var decision = pool.Load(600, perSecond: 10, running: 20);

        decision.Desired.Should().Be(6);
        decision.Next.Learned.ServiceSeconds.Should().BeApproximately(2, 0.1);
        decision.Next.Learned.ArrivalRate.Should().BeApproximately(10, 0.01);
        decision.ObjectiveMet.Should().Be(new ObjectiveVerdict(true, ObjectiveReason.WithinObjective));
    }

    [Fact]
    public void What_is_starting_is_not_asked_for_again()
    {
        var pool = new PoolRun(Spec, 0);
        var first = pool.Step(pending: 1000, arrived: 1000).Desired;
        var second = pool.Step(pending: 1000, age: 5, ready: 0).Desired;
        var third = pool.Step(pending: 1000, age: 10, ready: 0).Desired;

        second.Should().BeInRange(first, first + 1);
        third.Should().BeInRange(first, first + 2);
    }

    [Fact]
    public void At_the_maximum_it_says_what_would_be_needed()
    {
        var pool = new PoolRun(Spec with { MaxReplicas = 10 }, 10);
        var decision = pool.Step(pending: 5000, running: 40, age: 20, arrived: 5000);

        decision.Should().BeEquivalentTo(new
        {
            Desired = 10,
            Limited = Limit.AtMax,
            ObjectiveMet = new ObjectiveVerdict(false, ObjectiveReason.AtMaxReplicas),
        });
        decision.Needed.Should().BeGreaterThan(100);
        decision.PredictedWait.Should().BeApproximately(125, 1);
        decision.Why.Should().Be($"backlog 5000 jobs x 1.0 s must clear in 10 s, and a Pod takes 15 s to start: needs {decision.Needed}, the maximum is 10");
    }

    [Fact]
    public void More_load_than_the_maximum_runs_is_an_overload()
    {
        var pool = new PoolRun(Spec with { MaxReplicas = 2 }, 2);
        ScalingDecision? decision = null;
        for (var i = 1; i <= 40; i++)
            decision = pool.Step(pending: 60 * i, running: 8, age: Math.Min(5 * i, 100), arrived: 100, done: 40);
        decision!.ObjectiveMet.Should().Be(new ObjectiveVerdict(false, ObjectiveReason.Overloaded));
    }

    [Fact]
    public void A_Pod_that_starts_longer_than_a_job_may_wait_is_named()
    {
        var pool = new PoolRun(Spec, 0, new Learned(1, 45, 0));
        pool.Step(pending: 100, arrived: 100).ObjectiveMet
            .Should().Be(new ObjectiveVerdict(false, ObjectiveReason.ColdStartExceedsObjective));
    }

    [Fact]
    public void Below_the_minimum_it_goes_to_the_minimum()
    {
        var decision = new PoolRun(Spec with { MinReplicas = 3 }, 1).Step();
        decision.Should().BeEquivalentTo(new { Desired = 3, Needed = 0, Limited = Limit.AtMin, Why = "no jobs: the minimum is 3" });
    }

    [Fact]
    public void A_short_backlog_says_how_it_is_planned() =>
        new PoolRun(Spec, 0, new Learned(0.9, 10, 0)).Step(pending: 812, age: 8, arrived: 812).Why
            .Should().Be("backlog 812 jobs x 0.9 s must clear in 22 s");

    [Fact]
    public void Jobs_that_wait_beside_free_slots_are_told_from_a_backlog()
    {
        var pool = new PoolRun(Spec, 10);
        pool.Quiet(10);
        var reasons = new List<ObjectiveReason>();
        for (var age = 31; age < 61; age += 5)
            reasons.Add(pool.Step(pending: 30, running: 4, age: age).ObjectiveMet.Reason);

        reasons.Take(4).Should().NotContain(ObjectiveReason.WorkersIdle, "Pods that have just become ready need a moment");
        reasons.Skip(4).Should().OnlyContain(r => r == ObjectiveReason.WorkersIdle);
        pool.Step(pending: 30, running: 39, age: 61).ObjectiveMet.Reason.Should().Be(ObjectiveReason.CatchingUp);
    }

    [Fact]
    public void Pods_that_do_not_become_ready_are_told_after_a_start_and_the_objective()
    {
        var pool = new PoolRun(Spec, 1);
        pool.Quiet(10);
        pool.Step(pending: 400, running: 4, age: 1, arrived: 400, ready: 1).Desired.Should().BeGreaterThan(1);
        var reasons = new List<ObjectiveReason>();
        for (var age = 6; age < 100; age += 5)
            reasons.Add(pool.Step(pending: 400, running: 4, age: age, ready: 1).ObjectiveMet.Reason);

        reasons.Take(6).Should().NotContain(ObjectiveReason.PodsNotReady);
        reasons[^1].Should().Be(ObjectiveReason.PodsNotReady);
    }

    [Fact]
    public void Where_nothing_is_written_the_outlook_is_that_of_the_size_as_it_is()
    {
        var pool = new PoolRun(Spec with { Acts = false }, 1);
        pool.Quiet(10);
        var decision = pool.Step(pending: 400, running: 4, age: 1, arrived: 400);

        decision.PredictedWait.Should().BeGreaterThanOrEqualTo(100, "one Pod has four slots, and a job takes a second or more");
        decision.ObjectiveMet.Should().Be(new ObjectiveVerdict(false, ObjectiveReason.SizeNotSet));
    }
}
