namespace HttpSd.Operator.Runtime.Caching;

/// <summary>Keeps one store equal to what the API server holds, for as long as it runs.</summary>
internal interface IReflector
{
    /// <summary>The type's plural name, for logs and metric labels.</summary>
    string Name { get; }

    /// <summary>The first complete list is in the store, and its changes were told.</summary>
    bool Synced { get; }

    /// <summary>Why it isn't working at the moment, for readiness and the log; null when it is.</summary>
    string? Trouble { get; }

    /// <summary>False when the loop itself has hung or ended: restart the process.</summary>
    bool Alive { get; }

    /// <summary>Runs until cancelled; survives everything that an API server does.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}
