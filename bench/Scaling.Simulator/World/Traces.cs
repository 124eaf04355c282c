namespace HttpSd.Scaling.Simulator.World;

/// <param name="HeldOut">The policy was not shaped on it.</param>
/// <param name="GraceSuffices">A terminating Pod has time for its longest job.</param>
internal sealed record Trace(string Id, string Name, Func<int, Scenario> Make, bool HeldOut = false, bool GraceSuffices = true);

/// <summary>The traces. A script's longest timeout is 60 s, the objective 30 s, unless a trace says otherwise.</summary>
internal static class Traces
{
    public static IReadOnlyList<Trace> All { get; } =
    [
        new("T1", "bursts: 4 x 3000 jobs of 1 s", Bursts),
        new("T2", "a day in three hours: 0.3 to 30 jobs/s of 0.8 s", Day),
        new("T3", "slow scripts: 5 %, then 10 % take 40 s; grace too short", Slow, GraceSuffices: false),
        new("T4", "poison: 150 jobs of 60 s and 500 that fail at once, 3 tries", Poison),
        new("T5", "crashes: a Pod's life is 10 min, 5 jobs kill theirs", Crashes),
        new("T6", "sparse: a job every 150 s", Sparse),
        new("T7", "step: 2 to 40 jobs/s and back", Step),
        new("T8", "batches: 400 jobs every minute", Batches),
        new("T9", "on and off: 20 jobs/s or none", OnOff, HeldOut: true),
        new("T10", "drift: a job takes 0.3 s, in the end 6 s", Drift, HeldOut: true),
        new("T11", "saturated: slower beyond 40 jobs at a time", Saturated),
        new("T12", "slow start: Pods 30 to 60 s, nodes 2 min, and a step", SlowStart),
        new("T13", "outages: error, no series, frozen; totals reset", Outages),
        new("T14", "restart of whoever scales, in a burst and at load", Restart, HeldOut: true),
        new("T15", "rollout in a burst", Rollout, HeldOut: true),
    ];

    private static Scenario Bursts(int seed)
    {
        var arrivals = Of(seed, 1);
        for (var i = 0; i < 4; i++)
            arrivals.Burst(Math.Round(arrivals.Between(100, 700)) + (i * 900), 3000, 1);
        return new Scenario { End = 3600, Seed = seed, Jobs = arrivals.InOrder() };
    }

    private static Scenario Day(int seed) => new()
    {
        End = 10_800,
        Seed = seed,
        Jobs = Of(seed, 2).Steady(0, 10_800, at => 15.15 - (14.85 * Math.Cos(2 * Math.PI * at / 10_800)), 30, Exponential(seed, 0.8)).InOrder(),
    };

    private static Scenario Slow(int seed)
    {
        var arrivals = Of(seed, 3);
        arrivals.Steady(0, 5400, 4, at => new Job(at, arrivals.OneIn(at < 2700 ? 0.05 : 0.1) ? 40 : arrivals.Exponential(0.8)));
        return new Scenario { End = 5400, Seed = seed, Jobs = arrivals.InOrder(), Grace = 30 };
    }

    private static Scenario Poison(int seed) => new()
    {
        End = 3600,
        Seed = seed,
        Jobs = Of(seed, 4).Steady(0, 3600, 2, 0.5)
            .Burst(900, 150, at => new Job(at, 60, Runs: 3))
            .Burst(2400, 500, at => new Job(at, 0.02, Runs: 3)).InOrder(),
    };

    private static Scenario Crashes(int seed) => new()
    {
        End = 5400,
        Seed = seed,
        Jobs = Of(seed, 5).Steady(0, 5400, 8, 1).Burst(2700, 5, at => new Job(at, 2, Kills: true)).InOrder(),
        CrashEvery = 600,
    };

    private static Scenario Sparse(int seed) =>
        new() { End = 14_400, Seed = seed, Jobs = Of(seed, 6).Steady(0, 14_400, 1 / 150.0, 2).InOrder() };

    private static Scenario Step(int seed) => new()
    {
        End = 3600,
        Seed = seed,
        Jobs = Of(seed, 7).Steady(0, 1200, 2, 1).Steady(1200, 2400, 40, 1).Steady(2400, 3600, 2, 1).InOrder(),
    };

    private static Scenario Batches(int seed)
    {
        var arrivals = Of(seed, 8);
        for (var at = 30; at < 3600; at += 60)
            arrivals.Burst(at, 400, 1);
        return new Scenario { End = 3600, Seed = seed, Jobs = arrivals.InOrder() };
    }

    private static Scenario OnOff(int seed)
    {
        var arrivals = Of(seed, 9);
        for (var at = arrivals.Between(0, 200); at < 5300;)
        {
            var off = Math.Min(5400, at + arrivals.Between(60, 180));
            arrivals.Steady(at, off, 20, 1);
            at = off + arrivals.Between(120, 400);
        }
        return new Scenario { End = 5400, Seed = seed, Jobs = arrivals.InOrder() };
    }

    private static Scenario Drift(int seed)
    {
        var arrivals = Of(seed, 10);
        arrivals.Steady(0, 3600, 4, at => new Job(at, arrivals.Exponential(0.3 + (5.7 * at / 3600))));
        return new Scenario { End = 3600, Seed = seed, Jobs = arrivals.InOrder() };
    }

    private static Scenario Saturated(int seed) => new()
    {
        End = 3600,
        Seed = seed,
        Jobs = Of(seed, 11).Steady(0, 600, 5, 1).Steady(600, 1800, 50, 1).Steady(1800, 3600, 5, 1).InOrder(),
        SaturatesAt = 40,
    };

    private static Scenario SlowStart(int seed) => new()
    {
        End = 3600,
        Seed = seed,
        Jobs = Of(seed, 12).Steady(0, 900, 2, 1).Steady(900, 2400, 40, 1).Steady(2400, 3600, 2, 1).InOrder(),
        Start = (30, 60),
        Room = 8,
    };

    private static Scenario Outages(int seed) => new()
    {
        End = 7200,
        Seed = seed,
        Jobs = Of(seed, 13).Steady(0, 5000, 20, 0.8).Steady(5000, 7200, 5, 0.8).InOrder(),
        Outages = [new(600, 1500, OutageKind.Error), new(2100, 3000, OutageKind.Empty), new(4200, 5400, OutageKind.Frozen)],
        CounterResetAt = 3600,
    };

    private static Scenario Restart(int seed) => new()
    {
        End = 3600,
        Seed = seed,
        Jobs = Of(seed, 14).Steady(0, 3600, 6, 1).Burst(600, 2000, 1).InOrder(),
        Restarts = [612, 2000],
    };

    private static Scenario Rollout(int seed) => new()
    {
        End = 3600,
        Seed = seed,
        Jobs = Of(seed, 15).Steady(0, 3600, 6, 1).Burst(600, 2000, 1).InOrder(),
        Rollouts = [610, 2000],
    };

    private static Arrivals Of(int seed, int trace) => new(new Random(unchecked((seed * 7919) + trace)));

    private static Func<double, Job> Exponential(int seed, double mean)
    {
        var service = new Arrivals(new Random(unchecked((seed * 104_729) + 1)));
        return at => new Job(at, service.Exponential(mean));
    }
}
