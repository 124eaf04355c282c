namespace HttpSd.Operator.Runtime.LeaderElection;

/// <summary>The only process there is always leads.</summary>
internal sealed class SingleProcess : ILeaderElection
{
    public bool IsLeader => true;

    public bool Alive => true;

    public Task AcquireAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task HoldAsync(CancellationToken cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);

    public Task ReleaseAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
