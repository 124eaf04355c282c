using HttpSd.Operator.Scaling;

namespace HttpSd.Operator.Tests.Scaling;

public sealed class DownTests
{
    private static readonly ScalingSpec Spec = new() { MinReplicas = 1, MaxReplicas = 50 };

    [Fact]
    public void A_size_that_is_found_is_kept_for_a_whole_window()
    {
        var pool = new PoolRun(Spec, 10);
        var sizes = pool.Quiet(150);

        sizes.Take(24).Should().OnlyContain(s => s == 10);
        sizes[24].Should().Be(1);
    }

    [Fact]
    public void After_a_restart_likewise()
    {
        var pool = new PoolRun(Spec, 10);
        pool.Quiet(115);
        pool.State = ScalingState.Restored(pool.State.Learned);

        pool.Quiet(120).Should().OnlyContain(s => s == 10);
        pool.Step().Should().BeEquivalentTo(new { Desired = 1, Holding = Hold.None });
    }

    [Fact]
    public void What_a_backlog_needed_goes_sooner_than_what_load_did()
    {
        var pool = new PoolRun(Spec, 1);
        pool.Quiet(200);
        pool.Step(pending: 2000, running: 4, age: 1, arrived: 2000).Desired.Should().BeGreaterThan(20);
        pool.Step(done: 2000).Should().BeEquivalentTo(new { Holding = Hold.Window });

        pool.Quiet(20).Should().OnlyContain(s => s > 20);
        pool.Step().Desired.Should().BeLessThan(20);
    }

    [Fact]
    public void Never_below_the_jobs_that_run()
    {
        var pool = new PoolRun(Spec, 20);
        for (var i = 0; i < 60; i++)
            pool.Step(running: 37).Desired.Should().BeGreaterThanOrEqualTo(10);
        pool.Replicas.Should().Be(10);
    }

    [Fact]
    public void Not_while_a_job_waits_for_too_long()
    {
        var pool = new PoolRun(Spec, 10);
        pool.Quiet(150);
        pool.Replicas = 10;

        for (var age = 31; age < 400; age += 5)
            pool.Step(pending: 3, age: age).Should().BeEquivalentTo(new { Desired = 10, Holding = Hold.Late });
        pool.Step(pending: 3, age: 29).Desired.Should().BeLessThan(10);
    }

    [Fact]
    public void Not_during_a_rollout()
    {
        var pool = new PoolRun(Spec, 10) { RollingOut = true };
        pool.Quiet(300).Should().OnlyContain(s => s == 10);
        pool.Step().Should().BeEquivalentTo(new { Holding = Hold.RollingOut, Why = "no jobs: keeps 10 replicas during the rollout" });

        pool.Step(pending: 9000, running: 40, arrived: 9000).Desired.Should().BeGreaterThan(10);
    }

    [Fact]
    public void Not_for_less_than_a_tenth_but_to_the_minimum()
    {
        var pool = new PoolRun(Spec with { MinReplicas = 19 }, 20);
        for (var i = 0; i < 30; i++)
            pool.Step(running: 77);
        pool.Replicas.Should().Be(20);
        pool.Spec = Spec;
        pool.Step(running: 73).Should().BeEquivalentTo(new { Desired = 20, Holding = Hold.Deadband });

        pool.Spec = Spec with { MinReplicas = 19 };
        pool.Quiet(60)[^1].Should().Be(19);
    }

    [Fact]
    public void To_zero_only_from_a_pool_that_has_long_been_idle()
    {
        var pool = new PoolRun(Spec with { MinReplicas = 0 }, 4);
        var sizes = pool.Quiet(310);

        sizes.IndexOf(1).Should().Be(24);
        sizes.IndexOf(0).Should().Be(60);
        pool.Step().Why.Should().Be("no jobs");
        pool.Step(pending: 1, arrived: 1).Desired.Should().Be(1);
    }

    [Fact]
    public void A_job_between_two_looks_is_no_idleness()
    {
        var pool = new PoolRun(Spec with { MinReplicas = 0 }, 1);
        pool.Quiet(250);
        pool.Step(arrived: 1, done: 1);
        pool.Quiet(290).Should().OnlyContain(s => s == 1);
        pool.Step().Should().BeEquivalentTo(new { Desired = 1, Holding = Hold.NotIdle });
        pool.Quiet(20).Should().EndWith(0);
    }

    [Fact]
    public void Up_soon_after_down_keeps_a_backlogs_need_for_longer()
    {
        var pool = new PoolRun(Spec, 1);
        pool.Quiet(200);
        Held(pool).Should().Be(30);
        Held(pool).Should().Be(60);
        Held(pool).Should().Be(120);
        Held(pool).Should().Be(240);
        Held(pool).Should().Be(300);
        pool.Quiet(700);
        Held(pool).Should().Be(150);
    }

    [Fact]
    public void More_running_jobs_than_slots_need_one_worker_and_are_told_when_they_stay()
    {
        var pool = new PoolRun(Spec with { MinReplicas = 0 }, 0);
        pool.Step(running: 9).Should().BeEquivalentTo(new { Desired = 1, StuckProcessing = false });
        for (var i = 0; i < 11; i++)
            pool.Step(running: 9).StuckProcessing.Should().BeFalse();
        pool.Step(running: 9).Should().BeEquivalentTo(new { Desired = 1, StuckProcessing = true });
        pool.Step(running: 4).StuckProcessing.Should().BeFalse();
    }

    /// <summary>A burst, and for how many seconds its size was kept.</summary>
    private static double Held(PoolRun pool)
    {
        var size = pool.Step(pending: 2000, running: 4, age: 1, arrived: 2000).Desired;
        var steps = 0;
        for (pool.Step(done: 2000); pool.Replicas == size; pool.Step())
            steps++;
        return (steps + 1) * 5;
    }
}
