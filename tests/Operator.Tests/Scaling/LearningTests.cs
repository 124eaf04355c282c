using HttpSd.Operator.Scaling;

namespace HttpSd.Operator.Tests.Scaling;

public sealed class LearningTests
{
    private static readonly ScalingSpec Spec = new() { MaxReplicas = 50 };

    [Fact]
    public void A_burst_is_no_rate()
    {
        var pool = new PoolRun(Spec, 1);
        pool.Load(300, perSecond: 2, running: 2);
        pool.Step(pending: 3000, running: 4, arrived: 3010).Next.Learned.ArrivalRate.Should().BeApproximately(2, 0.01);
    }

    [Fact]
    public void Slow_jobs_are_seen_while_they_run()
    {
        var pool = new PoolRun(Spec, 5);
        pool.Load(300, perSecond: 2, running: 2);
        for (var i = 0; i < 6; i++)
            pool.Step(pending: 100, running: 20, age: 5 * i);
        pool.State.Estimates.Service.Should().BeGreaterThan(20);
    }

    [Fact]
    public void No_job_takes_longer_than_the_longest_timeout()
    {
        var pool = new PoolRun(Spec with { LongestRun = TimeSpan.FromSeconds(10) }, 5);
        for (var i = 0; i < 60; i++)
            pool.Step(pending: 100, running: 20, age: 30);
        pool.State.Learned.ServiceSeconds.Should().Be(10);
    }

    [Fact]
    public void Batches_at_whole_minutes_are_no_slow_jobs()
    {
        var pool = new PoolRun(Spec, 10);
        for (var minute = 0; minute < 10; minute++)
        {
            pool.Step(pending: 360, running: 40, arrived: 400);
            pool.Step(running: 0, done: 400);
            for (var i = 0; i < 10; i++)
                pool.Step();
        }
        pool.State.Learned.ServiceSeconds.Should().BeLessThan(2);
    }

    [Fact]
    public void What_was_learned_outlives_a_quiet_day()
    {
        var pool = new PoolRun(Spec, 2, Learned.Nothing);
        pool.Load(900, perSecond: 2, running: 2);
        pool.Step(done: 5);
        pool.Quiet(3600);
        pool.State.Learned.ServiceSeconds.Should().BeApproximately(1, 0.1);
    }

    [Fact]
    public void A_start_counts_once_and_few_starts_only_move_what_was_known()
    {
        StartUp[] starts = [new(PoolRun.Start, TimeSpan.FromSeconds(40))];
        var once = Learning.CountStarts(ScalingState.Restored(PoolRun.OneSecond), starts);

        Learning.CountStarts(once, starts).Should().BeSameAs(once);
        once.Learned.StartupSeconds.Should().Be((0.2 * 40) + (0.8 * 10));
    }

    [Fact]
    public void Nine_of_ten_starts_count()
    {
        var starts = Enumerable.Range(1, 20).Select(i => new StartUp(PoolRun.Start.AddSeconds(i), TimeSpan.FromSeconds(i))).ToList();
        Learning.CountStarts(ScalingState.New, starts).Learned.StartupSeconds.Should().Be(18);
    }

    [Fact]
    public void It_goes_to_the_status_and_back()
    {
        var pool = new PoolRun(Spec, 6);
        pool.Load(300, perSecond: 10, running: 20);
        var learned = pool.State.Learned;

        ScalingState.Restored(learned).Learned.Should().Be(learned);
        ScalingState.Restored(null).Learned.Should().Be(Learned.Nothing);
        ScalingState.Restored(new Learned(double.NaN, -5, double.PositiveInfinity)).Learned.Should().Be(new Learned(5, 0, 0));
    }

    [Fact]
    public void Asked_in_between_it_learns_nothing_and_answers()
    {
        var pool = new PoolRun(Spec, 6);
        pool.Load(300, perSecond: 10, running: 20);
        var before = pool.State;
        pool.Spec = Spec with { Interval = TimeSpan.FromSeconds(1) };
        pool.Step(running: 20, arrived: 100);
        pool.Spec = Spec;

        pool.State.Ticks.Length.Should().Be(before.Ticks.Length + 1);
        var asked = pool.Decide(new QueueSample(pool.Now.AddSeconds(1), 0, 20, TimeSpan.Zero, 9999, 9999));
        asked.Next.Ticks.Should().Equal(pool.State.Ticks);
    }
}
