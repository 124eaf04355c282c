namespace HttpSd.Scaling.Simulator.World;

/// <summary>What happens in one trace with one seed, whoever scales. Times are in seconds from its start.</summary>
internal sealed record Scenario
{
    public required double End { get; init; }

    /// <summary>In the order of their arrival.</summary>
    public required Job[] Jobs { get; init; }

    /// <summary>The seed of what happens by chance in the cluster.</summary>
    public required int Seed { get; init; }

    public int Concurrency { get; init; } = 4;

    public int MaxReplicas { get; init; } = 50;

    /// <summary>How long the oldest pending job may wait.</summary>
    public double Objective { get; init; } = 30;

    /// <summary>From a Pod's creation to ready, evenly between the two.</summary>
    public (double Least, double Most) Start { get; init; } = (5, 12);

    /// <summary>Pods beyond this many wait for a node of their own first; null: there is room.</summary>
    public int? Room { get; init; }

    public double Provisioning { get; init; } = 120;

    /// <summary>The longest timeout of 60 s and 15 s for the worker.</summary>
    public double Grace { get; init; } = 75;

    /// <summary>How often a Pod crashes in the mean; null: never.</summary>
    public double? CrashEvery { get; init; }

    /// <summary>How long it takes to take back the jobs of a Pod that is gone.</summary>
    public double Lease { get; init; } = 60;

    /// <summary>Jobs that run at a time before all of them become slower; null: never.</summary>
    public int? SaturatesAt { get; init; }

    public IReadOnlyList<Outage> Outages { get; init; } = [];

    /// <summary>When the totals begin again at zero; null: never.</summary>
    public double? CounterResetAt { get; init; }

    /// <summary>When whoever scales is gone for 20 s and comes back with what it has written down.</summary>
    public IReadOnlyList<double> Restarts { get; init; } = [];

    /// <summary>When the Deployment gets a new template.</summary>
    public IReadOnlyList<double> Rollouts { get; init; } = [];
}

/// <param name="At">When it is enqueued.</param>
/// <param name="Seconds">How long a run of it takes.</param>
/// <param name="Runs">How often it is run until it is given up; 1 for those that succeed.</param>
/// <param name="Kills">It ends the Pod that runs it.</param>
internal readonly record struct Job(double At, double Seconds, byte Runs = 1, bool Kills = false);

/// <summary>A time without a true reading of the queue.</summary>
internal sealed record Outage(double From, double To, OutageKind Kind);

internal enum OutageKind
{
    /// <summary>The source can't be reached.</summary>
    Error,

    /// <summary>It answers without the series.</summary>
    Empty,

    /// <summary>It gives what was true when the outage began.</summary>
    Frozen,
}
