namespace HttpSd.Scaling.Simulator.World;

/// <summary>A worker.</summary>
internal sealed class Pod(int id, double createdAt)
{
    public int Id { get; } = id;

    public double CreatedAt { get; } = createdAt;

    /// <summary>When it last became ready.</summary>
    public double ReadyAt { get; set; }

    /// <summary>How long its first start took.</summary>
    public double? StartUp { get; set; }

    public bool Ready { get; set; }

    public bool Terminating { get; set; }

    /// <summary>It still has the template before the rollout.</summary>
    public bool Old { get; set; }

    public bool Gone { get; set; }

    /// <summary>Raised when it crashes, so that what was due before does not happen.</summary>
    public int Life { get; set; }

    public List<Run> Runs { get; } = [];

    /// <summary>Its place among those that have a free slot; -1: not among them.</summary>
    public int FreeIndex { get; set; } = -1;
}

/// <summary>A job that a Pod runs.</summary>
internal sealed class Run(Pod pod, int job, double startedAt, int attempt)
{
    public Pod Pod { get; } = pod;

    public int Job { get; } = job;

    public double StartedAt { get; } = startedAt;

    public int Attempt { get; } = attempt;

    /// <summary>Its Pod went before it ended.</summary>
    public bool Cancelled { get; set; }
}
