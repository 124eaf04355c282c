using HttpSd.Scaling.Simulator.World;

namespace HttpSd.Scaling.Simulator.Controllers;

/// <summary>Knative's autoscaler (KPA) with queued and running jobs as its concurrency.</summary>
/// <param name="utilisation">The share of its slots that a Pod is to use; 0.7 by default.</param>
internal sealed class Knative(double utilisation, int min, int concurrency, int max, int phase) : IController
{
    private const int Tick = 2;
    private const double Stable = 60;
    private const double Panic = 6;
    private const double PanicThreshold = 2;
    private const double ZeroGrace = 30;

    private readonly Queue<(double At, double Jobs)> seen = new();
    private readonly double target = concurrency * utilisation;
    private double? panicSince;
    private int panicSize;
    private double? zeroSince;

    public int MinReplicas => min;

    public bool SetsDeletionCost => false;

    public bool IsDue(double now) => (now + phase) % Tick == 0;

    public int Decide(View view)
    {
        if (view.Queue is not { } queue)
            return view.Replicas;
        var now = view.Now;
        seen.Enqueue((now, queue.Pending + queue.Processing));
        while (now - seen.Peek().At >= Stable)
            seen.Dequeue();

        var ready = Math.Max(1, view.Ready);
        var stable = Limit(seen.Average(s => s.Jobs), ready);
        var panic = Limit(seen.Where(s => now - s.At < Panic).Average(s => s.Jobs), ready);
        if (panic / (double)ready >= PanicThreshold)
            (panicSince, panicSize) = (now, panicSince is null ? ready : panicSize);
        else if (now - panicSince >= Stable)
            (panicSince, panicSize) = (null, 0);
        var size = stable;
        if (panicSince is not null)
            size = panicSize = Math.Max(panicSize, Math.Max(stable, panic));

        if (size > 0)
            zeroSince = null;
        else if (view.Replicas > 0)
            size = now - (zeroSince ??= now) >= ZeroGrace ? 0 : 1;
        return Math.Clamp(size, min, max);
    }

    // It comes back in panic, so that it does not shrink on little knowledge.
    public void Restart(double now, int replicas)
    {
        seen.Clear();
        (panicSince, panicSize) = (replicas > 1 ? (double?)now : null, replicas);
    }

    private int Limit(double jobs, int ready) =>
        (int)Math.Min(Math.Max(Math.Ceiling(jobs / target), Math.Floor(ready / 2.0)), 1000.0 * ready);
}
