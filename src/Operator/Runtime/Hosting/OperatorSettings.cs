using HttpSd.Operator.Runtime.Controller;

namespace HttpSd.Operator.Runtime.Hosting;

internal enum LeaderElectionType
{
    /// <summary>There is one process only.</summary>
    None,

    /// <summary>Of all processes one leads.</summary>
    Single,
}

/// <summary>How the operator runs.</summary>
internal sealed class OperatorSettings
{
    /// <summary>The operator's name: in its lease, its events and as field manager of its writes.</summary>
    public string Name { get; set; } = "kubernetesoperator";

    /// <summary>The namespace whose objects count; null for all.</summary>
    public string? Namespace { get; set; }

    public LeaderElectionType LeaderElectionType { get; set; } = LeaderElectionType.None;

    /// <summary>How long others wait for a silent leader.</summary>
    public TimeSpan LeaderElectionLeaseDuration { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a leader that can't renew goes on.</summary>
    public TimeSpan LeaderElectionRenewDeadline { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The time between two tries.</summary>
    public TimeSpan LeaderElectionRetryPeriod { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Where the lease is; null for the pod's own namespace.</summary>
    public string? LeaderElectionNamespace { get; set; }

    /// <summary>Objects of one type reconciled at a time.</summary>
    public int MaxParallelReconciliations { get; set; } = 4;

    /// <summary>When a reconcile is cancelled and tried again later.</summary>
    public TimeSpan ReconcileTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long running reconciles get to end when the process stops.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Throws with the settings' names when they can't work together.</summary>
    public void Validate()
    {
        Require(Name.Length is > 0 and <= 56, $"{nameof(Name)} is '{Name}', but must have 1 to 56 characters");
        Require(
            LeaderElectionLeaseDuration > LeaderElectionRenewDeadline,
            $"{nameof(LeaderElectionLeaseDuration)} must be longer than {nameof(LeaderElectionRenewDeadline)}, or two could lead at a time");
        Require(LeaderElectionRetryPeriod > TimeSpan.Zero, $"{nameof(LeaderElectionRetryPeriod)} must be positive");
        Require(
            LeaderElectionRenewDeadline > LeaderElectionRetryPeriod * 1.2,
            $"{nameof(LeaderElectionRenewDeadline)} must be longer than 1.2 times {nameof(LeaderElectionRetryPeriod)}");
        Require(MaxParallelReconciliations > 0, $"{nameof(MaxParallelReconciliations)} must be positive");
        Require(ReconcileTimeout > TimeSpan.Zero, $"{nameof(ReconcileTimeout)} must be positive");
    }

    public ControllerOptions NewController(string name) =>
        new() { Name = name, MaxParallelReconciliations = MaxParallelReconciliations, ReconcileTimeout = ReconcileTimeout };

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new InvalidOperationException(otherwise);
    }
}
