namespace HttpSd.Operator.Runtime.LeaderElection;

/// <summary>The lease that replicas contend for, and its times.</summary>
/// <param name="Namespace">The operator's own.</param>
/// <param name="Name">The same for all replicas.</param>
/// <param name="Identity">Different for each process, also for two in one pod.</param>
internal sealed record LeaseOptions(string Namespace, string Name, string Identity)
{
    /// <summary>How long others wait for a silent leader.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a leader that can't renew goes on.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The time between two tries.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>One call's share of the deadline: one that hangs leaves time for another.</summary>
    public TimeSpan CallTimeout => RenewDeadline / 2;

    /// <summary>The pod's name, or the machine's, and something of this process alone.</summary>
    public static string NewIdentity(Random random) =>
        $"{Environment.GetEnvironmentVariable("POD_NAME") ?? Environment.MachineName}_{random.NextInt64():x16}";
}
