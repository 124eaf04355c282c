namespace HttpSd.Operator.Runtime.LeaderElection;

/// <summary>Who of several replicas acts.</summary>
internal interface ILeaderElection
{
    /// <summary>
    /// True while this process leads for sure. The last question before each write to the outside; a lease is no
    /// fence, so writes have preconditions beside it.
    /// </summary>
    bool IsLeader { get; }

    /// <summary>False when it holds on to a leadership that has long ended: restart the process.</summary>
    bool Alive { get; }

    /// <summary>Returns when this process leads.</summary>
    Task AcquireAsync(CancellationToken cancellationToken);

    /// <summary>Keeps the leadership. Returns when it is lost, throws when cancelled.</summary>
    Task HoldAsync(CancellationToken cancellationToken);

    /// <summary>Lets the next replica lead at once. Only after everything that writes has stopped.</summary>
    Task ReleaseAsync(CancellationToken cancellationToken);
}

/// <summary>A write was wanted by a process that no longer leads.</summary>
internal sealed class LeadershipLostException() : Exception("this process no longer leads");
