namespace HttpSd.Redis.Queue;

/// <summary>What came of asking for a run.</summary>
public enum EnqueueOutcome
{
    /// <summary>The pool's queue is full; nothing was enqueued.</summary>
    Full = 0,

    /// <summary>A new job.</summary>
    Enqueued = 1,

    /// <summary>A job is waiting already.</summary>
    Queued = 2,

    /// <summary>A job should have been waiting, but its ticket was gone; it has been put back.</summary>
    Healed = 3,

    /// <summary>A run is under way, and one more follows it.</summary>
    RunsAgain = 4,

    /// <summary>A run is under way that satisfies the demand.</summary>
    Running = 5,
}

/// <summary>The answer to asking for a run.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Floor">A token: results of runs claimed before it are older than this demand; 0 when none was drawn.</param>
/// <param name="Pending">Jobs waiting in the pool.</param>
public readonly record struct EnqueueResult(EnqueueOutcome Outcome, long Floor, long Pending);

/// <summary>What cancelling jobs found.</summary>
/// <param name="Cancelled">How many there were.</param>
/// <param name="Floor">A token: results of runs claimed before it are of no use; 0 when none of them ran.</param>
public readonly record struct CancelResult(int Cancelled, long Floor);

/// <summary>A job under this worker's lease.</summary>
/// <param name="Pool">The pool whose queue it came from.</param>
/// <param name="FullPath">Identifies the job in the queue; as it was enqueued.</param>
/// <param name="JobId">From the ticket; for people.</param>
/// <param name="Token">Orders the results; unique to this claim.</param>
/// <param name="WantedRevision">The definition revision that the demand asks for, at least.</param>
/// <param name="Stalls">How many leases on this job were lost before.</param>
/// <param name="LostToken">The token of the lost claim that this one replaces, else 0.</param>
/// <param name="Seen">The token of the result that whoever asked had seen, 0: none; null: a run is wanted in any case.</param>
public sealed record ClaimedJob(
    string Pool,
    string FullPath,
    string JobId,
    long Token,
    long WantedRevision,
    int Stalls,
    long LostToken,
    long? Seen = null);

/// <summary>The generator that holds at least half of a worker's slots.</summary>
/// <param name="FullPath">Its full path, without parameters.</param>
/// <param name="MayHaveMore">When nobody else's jobs are found, it may have one more slot.</param>
public sealed record CrowdingGenerator(string FullPath, bool MayHaveMore)
{
    /// <summary>How many of its jobs go to the queue's end in one call, so that others' are found behind them.</summary>
    public const int MostPassed = 32;

    /// <summary>Of those in this call: 0 to <see cref="MostPassed"/>.</summary>
    public int Passed { get; init; } = MostPassed;
}

/// <summary>What a beat says about a run.</summary>
public enum LeaseState
{
    /// <summary>The lease is gone: stop the script, store nothing.</summary>
    Lost = 0,

    /// <summary>The lease goes on.</summary>
    Held = 1,

    /// <summary>The lease goes on, but another run is wanted after this one.</summary>
    Superseded = 2,
}

/// <summary>How a run is acknowledged.</summary>
public enum FinishMode
{
    /// <summary>It ended.</summary>
    Done,

    /// <summary>The worker shuts down: put it back, no attempt counted.</summary>
    Release,

    /// <summary>Its result may not be stored any more: put it back as new demand.</summary>
    Again,

    /// <summary>This worker can't run it: put it behind all others for one that can, no attempt counted.</summary>
    Aside,
}

/// <summary>A job as <c>?debug=true</c> shows it.</summary>
/// <param name="Running">Running, else queued.</param>
/// <param name="Since">Claimed or queued at.</param>
/// <param name="WorkerId">Who runs it; null when queued.</param>
/// <param name="Position">1 is next; null when running, or when the ticket was taken out by hand.</param>
public sealed record JobState(bool Running, DateTimeOffset Since, string? WorkerId, long? Position);

/// <summary>What one sweep did.</summary>
/// <param name="Retaken">Jobs whose lease was lost and that run again.</param>
/// <param name="Removed">Jobs that somebody had taken out by hand.</param>
/// <param name="Mended">Tickets and markers that didn't belong together.</param>
/// <param name="Poison">
/// Jobs that lost too many leases. They are the caller's, who tells of each and acknowledges it; one that isn't
/// acknowledged within a lease is reported anew.
/// </param>
public sealed record SweepReport(int Retaken, int Removed, int Mended, IReadOnlyList<ClaimedJob> Poison);

/// <summary>
/// The numbers of a pool's queue at one moment; totals since the queue's keys exist. Completed: a worker has ended
/// their run. Dropped: they left without, because nobody wants them any more, hands took them or too many workers
/// lost them. Unknown: how often a job of a schema that wasn't known was passed over.
/// </summary>
public sealed record QueueTotals(
    long Pending,
    long Processing,
    TimeSpan OldestPending,
    long Enqueued,
    long Completed,
    long Dropped,
    long Reaped,
    long Bad,
    long Duplicate,
    long Mended,
    long Healed,
    long Unknown);
