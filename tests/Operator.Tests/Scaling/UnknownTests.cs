using HttpSd.Operator.Scaling;

namespace HttpSd.Operator.Tests.Scaling;

public sealed class UnknownTests
{
    private static readonly ScalingSpec Spec = new() { MinReplicas = 0, MaxReplicas = 50, Fallback = new FallbackRule(4) };

    [Fact]
    public void Unknown_holds_for_ever()
    {
        var pool = new PoolRun(Spec with { Fallback = null }, 7);
        pool.Quiet(60);
        for (var i = 0; i < 1000; i++)
            pool.Unknown().Desired.Should().Be(7);
        pool.Unknown().Should().BeEquivalentTo(new
        {
            Holding = Hold.Unknown,
            PredictedWait = (double?)null,
            Fallback = false,
            ObjectiveMet = new ObjectiveVerdict(null, ObjectiveReason.QueueUnknown),
            Why = "the queue has been unknown since 03:05:05 UTC: keeps 7 replicas",
        });
    }

    [Fact]
    public void The_fallback_raises_from_zero()
    {
        var pool = new PoolRun(Spec, 0);
        pool.Quiet(60);
        for (var passed = 5; passed < 60; passed += 5)
            pool.Unknown().Should().BeEquivalentTo(new { Desired = 0, Fallback = false });
        pool.Unknown().Should().BeEquivalentTo(new
        {
            Desired = 4,
            Fallback = true,
            Why = "the queue has been unknown since 03:05:05 UTC: keeps 4 replicas, the fallback is at least 4",
        });
    }

    [Fact]
    public void The_fallback_never_lowers()
    {
        var pool = new PoolRun(Spec, 9);
        pool.Step();
        pool.Unknown(3600).Should().BeEquivalentTo(new { Desired = 9, Fallback = true });
    }

    [Fact]
    public void Before_the_first_reading_it_holds_and_falls_back_likewise()
    {
        var pool = new PoolRun(Spec, 0);
        pool.Unknown().Why.Should().Be("the queue has not been read yet: keeps 0 replicas");
        pool.Unknown(59).Desired.Should().Be(0);
        pool.Unknown(1).Desired.Should().Be(4);
    }

    [Fact]
    public void Numbers_that_are_old_are_none()
    {
        var pool = new PoolRun(Spec with { Fallback = null }, 7);
        pool.Quiet(300);
        pool.Replicas = 7;
        var frozen = new QueueSample(pool.Now, 0, 0, TimeSpan.Zero, 0, 0);
        pool.Unknown(31);
        pool.Decide(frozen).Should().BeEquivalentTo(new { Desired = 7, Holding = Hold.Unknown });
    }

    [Fact]
    public void After_a_gap_the_size_is_kept_for_a_whole_window()
    {
        var pool = new PoolRun(Spec, 9);
        pool.Quiet(60);
        pool.Unknown(3600);

        pool.Quiet(120).Should().OnlyContain(s => s == 9);
        pool.Step().Desired.Should().Be(1);
    }

    [Fact]
    public void After_a_gap_idleness_counts_anew()
    {
        var pool = new PoolRun(Spec, 1);
        pool.Quiet(290);
        pool.Unknown();
        pool.Quiet(300).Should().OnlyContain(s => s == 1);
        pool.Step().Desired.Should().Be(0);
    }

    [Fact]
    public void A_wiped_Redis_gives_no_negative_rate()
    {
        var pool = new PoolRun(Spec, 6);
        var before = pool.Load(300, perSecond: 10, running: 20);
        pool.Wipe();
        pool.Step(running: 20, arrived: 3, done: 1).Next.Learned.Should().Be(before.Next.Learned);

        var after = pool.Load(300, perSecond: 10, running: 20);
        after.Desired.Should().Be(before.Desired);
        after.Next.Learned.ArrivalRate.Should().BeApproximately(10, 0.01);
    }
}
