using HttpSd.Scaling.Simulator.World;

namespace HttpSd.Scaling.Simulator.Controllers;

/// <summary>A ScaledObject.</summary>
/// <param name="Target">Jobs per replica.</param>
/// <param name="Processing">Running jobs count, too; else only pending ones, as the scaler for Redis lists has it.</param>
/// <param name="Poll">Seconds between looks for 0 to 1 and back.</param>
/// <param name="IgnoreNull">No series is read as zero.</param>
internal sealed record KedaSetting(
    string Preset, double Target, bool Processing, int Min, Behavior Behavior, int Poll, double Cooldown, bool IgnoreNull)
{
    public string Name => FormattableString.Invariant($"KEDA {Preset}, {(Processing ? "pending+processing" : "pending")} / {Target}, min {Min}");
}

/// <summary>Two loops: KEDA's own between 0 and 1, an HPA above. Both read the queue directly, without a scrape's delay.</summary>
internal sealed class Keda(KedaSetting setting, int max, int phase) : IController
{
    private const int Sync = 15;

    private readonly Hpa hpa = new(setting.Target, Math.Max(1, setting.Min), max, setting.Behavior);
    private double? lastActive;

    public int MinReplicas => setting.Min;

    public bool SetsDeletionCost => false;

    public bool IsDue(double now) => IsPoll(now) || IsSync(now);

    public int Decide(View view)
    {
        double? metric = view.Queue is { } queue ? queue.Pending + (setting.Processing ? queue.Processing : 0)
            : view.Empty && setting.IgnoreNull ? 0 : null;
        var replicas = view.Replicas;
        if (IsPoll(view.Now))
            replicas = Activate(view.Now, metric, replicas);
        return IsSync(view.Now) ? hpa.Decide(view.Now, metric, replicas) : replicas;
    }

    // The time of last activity is in the object's status.
    public void Restart(double now, int replicas) => hpa.Restart(now, replicas);

    private int Activate(double now, double? metric, int replicas)
    {
        if (metric > 0)
        {
            lastActive = now;
            return replicas == 0 ? Math.Max(1, setting.Min) : replicas;
        }
        // From whatever size to zero; by the HPA alone when there is a minimum.
        var over = lastActive is null || now - lastActive > setting.Cooldown;
        return metric is not null && setting.Min == 0 && over ? 0 : replicas;
    }

    private bool IsPoll(double now) => (now + phase) % setting.Poll == 0;

    private bool IsSync(double now) => (now + (7 * phase)) % Sync == 0;
}
