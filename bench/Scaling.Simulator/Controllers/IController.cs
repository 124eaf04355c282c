using HttpSd.Scaling.Simulator.World;

namespace HttpSd.Scaling.Simulator.Controllers;

/// <summary>Whoever scales.</summary>
internal interface IController
{
    /// <summary>What it starts from.</summary>
    int MinReplicas { get; }

    /// <summary>It marks idle Pods as the cheaper ones to delete.</summary>
    bool SetsDeletionCost { get; }

    /// <summary>It reads the queue whatever fails.</summary>
    bool SeesThroughOutages => false;

    bool IsDue(double now);

    /// <summary>The replicas to have; the present ones when there is nothing to write.</summary>
    int Decide(View view);

    /// <summary>It has lost what it does not write down.</summary>
    void Restart(double now, int replicas);
}
