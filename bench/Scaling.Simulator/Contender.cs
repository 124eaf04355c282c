using HttpSd.Operator.Scaling;
using HttpSd.Scaling.Simulator.Controllers;
using HttpSd.Scaling.Simulator.World;

namespace HttpSd.Scaling.Simulator;

/// <summary>A way to scale with its settings; each trace gets a new controller of it.</summary>
internal sealed record Contender(string Name, Func<Scenario, IController> Make)
{
    public static Contender Ours(int min) => new($"HttpSd, min {min}", s => new Ours(
        new ScalingSpec
        {
            MinReplicas = min,
            MaxReplicas = s.MaxReplicas,
            Concurrency = s.Concurrency,
            MaxPendingAge = TimeSpan.FromSeconds(s.Objective),
        },
        Phase(s)));

    public static Contender Keda(KedaSetting setting) => new(setting.Name, s => new Keda(setting, s.MaxReplicas, Phase(s)));

    public static Contender HpaAlone(double target) =>
        new($"HPA alone, pending+processing / {target}, min 1", s => new HpaAlone(target, s.MaxReplicas, Phase(s)));

    public static Contender Knative(double utilisation, int min) =>
        new($"Knative, {utilisation:P0} of slots, min {min}", s => new Knative(utilisation, min, s.Concurrency, s.MaxReplicas, Phase(s)));

    public static Contender Bound(int min) => new($"a slot for every job at once, min {min}", s => new Bound(min, s.Concurrency, s.MaxReplicas));

    /// <summary>KEDA's settings that are tried: every combination.</summary>
    public static IReadOnlyList<KedaSetting> KedaSweep { get; } =
    [
        .. from preset in Presets
           from target in (double[])[1, 2, 3, 4, 6, 8, 12, 20, 40, 80, 120]
           from processing in (bool[])[false, true]
           from min in (int[])[0, 1, 2, 4, 8, 12, 16, 24]
           select preset with { Target = target, Processing = processing, Min = min },
    ];

    /// <summary>KEDA as it comes; the others read no series as an error, as they should.</summary>
    private static IEnumerable<KedaSetting> Presets =>
    [
        new("default", 5, false, 0, new Behavior(), Poll: 30, Cooldown: 300, IgnoreNull: true),
        new("fast up", 5, false, 0, new Behavior(300, UpLimited: false), Poll: 5, Cooldown: 300, IgnoreNull: false),
        new("fast up, down in 120 s", 5, false, 0, new Behavior(120, UpLimited: false), Poll: 5, Cooldown: 300, IgnoreNull: false),
        new("fast up, down in 30 s", 5, false, 0, new Behavior(30, UpLimited: false), Poll: 5, Cooldown: 60, IgnoreNull: false),
    ];

    // The moment of a loop relative to a trace's events is chance, too.
    private static int Phase(Scenario scenario) => new Random(scenario.Seed ^ 0x5eed).Next(30);
}
