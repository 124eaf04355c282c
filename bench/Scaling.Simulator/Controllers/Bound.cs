using HttpSd.Scaling.Simulator.World;

namespace HttpSd.Scaling.Simulator.Controllers;

/// <summary>
/// Asks for a slot for every job in the second in which it comes, keeps it for a minute, and minds no cost. A
/// trace on which it misses the objective is infeasible for whoever starts from the same minimum and can't foresee.
/// </summary>
internal sealed class Bound(int min, int concurrency, int max) : IController
{
    private const double Kept = 60;

    private readonly Queue<(double At, int Size)> wanted = new();

    public int MinReplicas => min;

    public bool SetsDeletionCost => true;

    public bool SeesThroughOutages => true;

    public bool IsDue(double now) => true;

    public int Decide(View view)
    {
        if (view.Queue is not { } queue)
            return view.Replicas;
        wanted.Enqueue((view.Now, (queue.Pending + queue.Processing + concurrency - 1) / concurrency));
        while (view.Now - wanted.Peek().At > Kept)
            wanted.Dequeue();
        return Math.Clamp(wanted.Max(w => w.Size), min, max);
    }

    public void Restart(double now, int replicas) { }
}
