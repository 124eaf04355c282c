using HttpSd.Scaling.Simulator.Controllers;
using HttpSd.Scaling.Simulator.World;

namespace HttpSd.Scaling.Simulator.Tests;

/// <summary>The others do what their documentation says, so that nobody is compared with a straw man.</summary>
public sealed class ModelTests
{
    [Fact]
    public void An_HPA_steps_up_by_twice_or_four_and_down_by_the_highest_of_its_window()
    {
        var hpa = new Hpa(4, 1, 50, new Behavior());
        hpa.Decide(0, 400, 1).Should().Be(5);
        hpa.Decide(15, 400, 5).Should().Be(10);
        hpa.Decide(30, 40, 10).Should().Be(10);
        hpa.Decide(45, 0, 10).Should().Be(10);
        hpa.Decide(400, 0, 10).Should().Be(1);
    }

    [Fact]
    public void An_HPA_tolerates_a_tenth_holds_the_unknown_and_leaves_zero_alone()
    {
        var hpa = new Hpa(4, 1, 50, new Behavior());
        hpa.Decide(0, 43, 10).Should().Be(10);
        hpa.Decide(15, 45, 10).Should().Be(12);
        hpa.Decide(30, null, 12).Should().Be(12);
        hpa.Decide(45, 400, 0).Should().Be(0);
    }

    [Fact]
    public void KEDA_wakes_one_and_goes_to_zero_from_any_size_after_its_cooldown()
    {
        var keda = new Keda(new KedaSetting("x", 5, false, 0, new Behavior(), Poll: 30, Cooldown: 300, IgnoreNull: true), 50, phase: 1);
        keda.Decide(View(29, replicas: 0, pending: 500)).Should().Be(1);
        keda.Decide(View(38, replicas: 1, pending: 500)).Should().Be(5);
        keda.Decide(View(59, replicas: 5, pending: 0, processing: 20)).Should().Be(5);
        keda.Decide(View(359, replicas: 5, pending: 0, processing: 20)).Should().Be(0);
    }

    [Fact]
    public void KEDA_takes_no_series_for_zero_unless_told_otherwise()
    {
        var setting = new KedaSetting("x", 5, false, 0, new Behavior(), Poll: 30, Cooldown: 0, IgnoreNull: true);
        new Keda(setting, 50, 0).Decide(View(30, 5, pending: null)).Should().Be(0);
        new Keda(setting with { IgnoreNull = false }, 50, 0).Decide(View(30, 5, pending: null)).Should().Be(5);
    }

    [Fact]
    public void Knative_panics_to_the_size_that_the_last_seconds_need()
    {
        var knative = new Knative(0.7, 0, 4, 50, phase: 0);
        for (var now = 0; now < 60; now += 2)
            knative.Decide(View(now, replicas: 1, pending: 0, processing: 2)).Should().Be(1);
        for (var now = 60; now < 66; now += 2)
            knative.Decide(View(now, replicas: 1, pending: 280, processing: 0));
        knative.Decide(View(66, replicas: 50, pending: 0)).Should().Be(50);
    }

    private static View View(double now, int replicas, int? pending, int processing = 0) => new()
    {
        Now = now,
        Queue = pending is { } jobs ? new Reading(now, jobs, processing, 0, 0, 0) : null,
        Empty = pending is null,
        Replicas = replicas,
        Ready = replicas,
        Pods = replicas,
        RollingOut = false,
        StartUps = [],
    };
}
