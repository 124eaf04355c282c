namespace HttpSd.Operator.Runtime.Controller;

/// <summary>How one controller runs; the defaults come from the settings.</summary>
internal sealed record ControllerOptions
{
    /// <summary>The controller's name in metrics and logs.</summary>
    public required string Name { get; set; }

    /// <summary>Which changes cause a reconcile.</summary>
    public ChangeFilter Filter { get; set; } = ChangeFilter.Spec;

    /// <summary>Objects reconciled at a time.</summary>
    public int MaxParallelReconciliations { get; set; } = 4;

    /// <summary>When one reconcile is cancelled and tried again later.</summary>
    public TimeSpan ReconcileTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Every object is reconciled at least this seldom, whatever the API server tells.</summary>
    public TimeSpan MinResync { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The longest time between two such rounds.</summary>
    public TimeSpan MaxResync { get; set; } = TimeSpan.FromMinutes(30);
}
