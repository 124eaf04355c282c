namespace HttpSd.Operator.Scaling;

/// <summary>What a pool is asked to keep to.</summary>
internal sealed record ScalingSpec
{
    /// <summary>0 lets an idle pool go to zero.</summary>
    public int MinReplicas { get; init; } = 1;

    public int MaxReplicas { get; init; } = 10;

    /// <summary>The objective: how long the oldest pending job may wait. Half of how often Prometheus asks by default.</summary>
    public TimeSpan MaxPendingAge { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Jobs that one Pod runs at a time; the worker's own setting has to be the same.</summary>
    public int Concurrency { get; init; } = 4;

    /// <summary>The longest script timeout in the pool: no job is thought to take longer.</summary>
    public TimeSpan LongestRun { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a decision is made.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Numbers that were read longer ago than this are no numbers.</summary>
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromSeconds(30);

    public ScaleDownRule ScaleDown { get; init; } = new();

    /// <summary>False: the size is not written, so nothing comes of what is decided.</summary>
    public bool Acts { get; init; } = true;

    /// <summary>Null: an unknown queue only holds.</summary>
    public FallbackRule? Fallback { get; init; }
}

/// <summary>When a pool may become smaller.</summary>
internal sealed record ScaleDownRule
{
    /// <summary>What steady load needed during this is kept: it may be needed again in a minute. At most an hour counts.</summary>
    public TimeSpan LoadWindow { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>What a backlog needed during this is kept; longer while the pool goes up and down.</summary>
    public TimeSpan BacklogWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest that <see cref="BacklogWindow"/> grows to.</summary>
    public TimeSpan LongestBacklogWindow { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>How long nothing may have been queued, run or completed before a pool goes to zero.</summary>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>A decrease by less than this share of the size is not worth a write, but for one to the minimum.</summary>
    public int DeadbandPercent { get; init; } = 10;
}

/// <summary>A floor for times when the queue can't be read: it raises, also from zero, and never lowers.</summary>
/// <param name="Replicas">The floor.</param>
internal sealed record FallbackRule(int Replicas)
{
    /// <summary>How long the queue must have been unknown.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromSeconds(60);
}
