using HttpSd.Core.Requests;
using HttpSd.Redis.Connection;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace HttpSd.Redis.Queue;

/// <summary>
/// The pools' queues: at most one job per full path, queued or running; each run under a lease. Every method
/// is one atomic script and harmless to repeat.
/// </summary>
/// <remarks>All methods throw <see cref="StoreUnavailableException"/> when Redis can't be reached.</remarks>
public sealed class JobQueue(RedisConnection redis, IOptions<QueueOptions> options, TimeProvider time)
{
    /// <summary>On the wake channel instead of "there is work": a run under way was superseded by a reload.</summary>
    public const string SupersededMessage = "superseded";

    // How long a marker is trusted before an enqueue looks whether its ticket is really there.
    private const int MarkerTrustMs = 30_000;

    // Tickets pushed by hand that are no jobs are dropped on the way, but not without end.
    private const int ClaimTries = 32;

    /// <summary>Asks for a run of the key, unless one is queued or running already.</summary>
    /// <param name="pool">The generator's pool.</param>
    /// <param name="key">What to run.</param>
    /// <param name="wantedRevision">The definition revision that the result must be of, at least.</param>
    /// <param name="reload">Also when the queue is full, at its front, and once more when a run is under way.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <param name="seen">
    /// The token of the result in whose place another is wanted, 0 when there was none: a newer one that was stored
    /// between that look and this call satisfies the demand. Null: run in any case.
    /// </param>
    public Task<EnqueueResult> EnqueueAsync(
        string pool, RequestKey key, long wantedRevision, bool reload, CancellationToken cancellationToken, long? seen = null) =>
        redis.ControlAsync(async (db, keys) =>
        {
            var answer = (long[])(await QueueScripts.Enqueue.RunAsync(
                db,
                keys.Queue(pool),
                key.FullPath,
                JobTicket.Write(key, time.GetUtcNow(), seen),
                wantedRevision,
                reload ? 1 : 0,
                options.Value.MaxLength,
                keys.Wake(pool).ToString(),
                MarkerTrustMs))!;
            return new EnqueueResult((EnqueueOutcome)answer[0], answer[1], answer[2]);
        }, cancellationToken);

    /// <summary>Takes the oldest job under a lease; null when none waits.</summary>
    public Task<ClaimedJob?> ClaimAsync(string pool, string workerId, CancellationToken cancellationToken) =>
        ClaimAsync(pool, workerId, crowding: null, cancellationToken);

    /// <summary>Takes the oldest job under a lease; null when none waits that this worker should take.</summary>
    /// <param name="pool">The worker's pool.</param>
    /// <param name="workerId">Who takes it.</param>
    /// <param name="crowding">
    /// Whose jobs let the others pass, so many of them going to the queue's end. Null: nobody's.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<ClaimedJob?> ClaimAsync(
        string pool, string workerId, CrowdingGenerator? crowding, CancellationToken cancellationToken) =>
        redis.ControlAsync(async (db, keys) =>
        {
            var answer = (RedisResult[])(await QueueScripts.Claim.RunAsync(
                db,
                keys.Queue(pool),
                workerId,
                Microseconds(options.Value.Lease),
                ClaimTries,
                crowding?.FullPath ?? "",
                crowding is { MayHaveMore: true } ? 1 : 0,
                crowding?.Passed ?? 0))!;
            if (answer.Length == 0)
                return null;
            var (id, seen) = JobTicket.Read((string)answer[1]!);
            return new ClaimedJob(
                pool, (string)answer[0]!, id, (long)answer[2], (long)answer[3], (int)answer[4], (long)answer[5], seen);
        }, cancellationToken);

    /// <summary>Renews the leases of a worker's runs, all in one call; the answers are in the order asked.</summary>
    /// <param name="pool">The pool that the jobs came from.</param>
    /// <param name="runs">The jobs, each with the longest that its run may take.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<LeaseState[]> BeatAsync(
        string pool, IReadOnlyList<(ClaimedJob Job, TimeSpan Longest)> runs, CancellationToken cancellationToken) =>
        redis.ControlAsync(async (db, keys) =>
        {
            var arguments = new List<RedisValue> { Microseconds(options.Value.Lease) };
            foreach (var (job, longest) in runs)
                arguments.AddRange([job.FullPath, job.Token, Microseconds(longest)]);
            var answer = (int[])(await QueueScripts.Beat.RunAsync(db, keys.Queue(pool), [.. arguments]))!;
            return answer.Select(a => (LeaseState)a).ToArray();
        }, cancellationToken);

    /// <summary>Acknowledges a run; false when the job was not this worker's any more.</summary>
    public Task<bool> FinishAsync(ClaimedJob job, FinishMode mode, CancellationToken cancellationToken) =>
        redis.ControlAsync(async (db, keys) =>
        {
            var how = mode switch { FinishMode.Done => "done", FinishMode.Release => "release", FinishMode.Aside => "aside", _ => "again" };
            return (int)await QueueScripts.Finish.RunAsync(
                db, keys.Queue(job.Pool), job.FullPath, job.Token, how, keys.Wake(job.Pool).ToString()) != 0;
        }, cancellationToken);

    /// <summary>Takes lost jobs back and mends the queue; null when another sweep was within the interval.</summary>
    public Task<SweepReport?> SweepAsync(string pool, CancellationToken cancellationToken) =>
        redis.ControlAsync(async (db, keys) =>
        {
            var o = options.Value;
            var answer = (RedisResult[])(await QueueScripts.Sweep.RunAsync(
                db,
                keys.Queue(pool),
                Microseconds(o.SweepInterval),
                Microseconds(o.LeaseGrace),
                Microseconds(o.Lease),
                1000,
                o.MaxStalls,
                keys.Wake(pool).ToString()))!;
            return answer.Length == 0
                ? null
                : new SweepReport(
                    (int)answer[0],
                    (int)answer[1],
                    (int)answer[2],
                    [.. answer.Skip(3).Chunk(2).Select(p => new ClaimedJob(pool, (string)p[0]!, JobId: "", (long)p[1], WantedRevision: 0, Stalls: 0, LostToken: 0))]);
        }, cancellationToken);

    /// <summary>Forgets jobs whose generator or parameter set is gone.</summary>
    public Task<CancelResult> CancelAsync(string pool, IReadOnlyList<string> fullPaths, CancellationToken cancellationToken) =>
        fullPaths.Count == 0
            ? Task.FromResult(default(CancelResult))
            : redis.ControlAsync(async (db, keys) =>
            {
                var answer = (long[])(await QueueScripts.Cancel.RunAsync(
                    db, keys.Queue(pool), [.. fullPaths.Select(p => (RedisValue)p)]))!;
                return new CancelResult((int)answer[0], answer[1]);
            }, cancellationToken);

    /// <summary>A token above that of the run under way, so that its result can be refused; 0 when none is.</summary>
    public Task<long> DrawFloorAsync(string pool, string fullPath, CancellationToken cancellationToken) =>
        redis.ControlAsync(
            async (db, keys) => (long)await QueueScripts.Floor.RunAsync(db, keys.Queue(pool), fullPath), cancellationToken);

    /// <summary>The state of one full path's job; null when there is none.</summary>
    public Task<JobState?> ReadJobAsync(string pool, string fullPath, CancellationToken cancellationToken) =>
        redis.ControlAsync(async (db, keys) =>
        {
            var answer = (RedisResult[])(await QueueScripts.Job.RunAsync(db, keys.Queue(pool), fullPath))!;
            if (answer.Length == 0)
                return null;
            var running = (string)answer[0]! != "q";
            var position = (long)answer[3];
            return new JobState(
                running,
                DateTimeOffset.FromUnixTimeMilliseconds((long)answer[1]),
                running ? (string)answer[2]! : null,
                position > 0 ? position : null);
        }, cancellationToken);

    /// <summary>The numbers that scaling and metrics need; read, never remembered.</summary>
    public Task<QueueTotals> ReadTotalsAsync(string pool, CancellationToken cancellationToken) =>
        redis.ControlAsync(async (db, keys) =>
        {
            var a = (long[])(await QueueScripts.Totals.RunAsync(db, keys.Queue(pool)))!;
            return new QueueTotals(
                a[0], a[1], TimeSpan.FromMilliseconds(a[2]), a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11]);
        }, cancellationToken);

    private static long Microseconds(TimeSpan value) => (long)value.TotalMicroseconds;
}
