namespace HttpSd.Operator.Runtime.Hosting;

/// <summary>
/// Work beside the controllers that only a leader may do. Begins after sync and leadership, is cancelled and
/// awaited before the lease is released, begins anew when it fails, and is done when it returns.
/// </summary>
internal interface ILeaderTask
{
    /// <summary>False when it hangs, so that only a restart can help.</summary>
    bool Alive => true;

    Task RunAsync(CancellationToken cancellationToken);
}

/// <summary>
/// What a new leader does once, with full stores, before anything is reconciled: such as removing what belongs
/// to objects that were deleted while nobody led. Tried again until it succeeds.
/// </summary>
internal interface IOnSynced
{
    Task RunAsync(CancellationToken cancellationToken);
}
