using HttpSd.Scaling.Simulator.World;

namespace HttpSd.Scaling.Simulator.Controllers;

/// <summary>
/// A HorizontalPodAutoscaler with its defaults on pending and running jobs from a metrics adapter, which knows
/// them by a scrape every 15 s. It can't go to zero.
/// </summary>
internal sealed class HpaAlone(double target, int max, int phase) : IController
{
    private const int Every = 15;

    private readonly Hpa hpa = new(target, 1, max, new Behavior());
    private double? scraped;

    public int MinReplicas => 1;

    public bool SetsDeletionCost => false;

    public bool IsDue(double now) => IsScrape(now) || IsSync(now);

    public int Decide(View view)
    {
        var replicas = IsSync(view.Now) ? hpa.Decide(view.Now, scraped, view.Replicas) : view.Replicas;
        if (IsScrape(view.Now))
            scraped = view.Queue is { } queue ? queue.Pending + queue.Processing : null;
        return replicas;
    }

    public void Restart(double now, int replicas) => hpa.Restart(now, replicas);

    private bool IsScrape(double now) => (now + phase) % Every == 0;

    private bool IsSync(double now) => (now + (7 * phase)) % Every == 0;
}
