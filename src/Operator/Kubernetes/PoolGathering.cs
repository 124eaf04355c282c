using HttpSd.Operator.Entities;
using HttpSd.Operator.Pools;
using HttpSd.Operator.Scaling;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Queue;
using Microsoft.Extensions.Options;

namespace HttpSd.Operator.Kubernetes;

/// <summary>Reads everything that a decision about one pool is made from.</summary>
internal sealed class PoolGathering(
    JobQueue queue,
    PoolTargets targets,
    PoolRivals rivals,
    PoolUsers users,
    PoolMemories memories,
    PoolScope scope,
    IOptions<OperatorOptions> options,
    TimeProvider time)
{
    public async Task<PoolObserved> ReadAsync(WorkerPool entity, CancellationToken cancellationToken)
    {
        var rival = await rivals.FindAsync(entity, cancellationToken);
        var sample = await ReadQueueAsync(entity.Metadata.Name, cancellationToken);
        return new PoolObserved
        {
            Object = entity,
            Now = time.GetUtcNow(),
            Interval = options.Value.ScalingInterval,
            Queue = sample,
            Target = targets.Read(entity),
            Rival = rival,
            LongestRun = users.LongestRun(entity.Metadata.Name),
            ReadsNamespaces = scope.ReadsNamespaces,
            Memory = memories.Of(entity),
        };
    }

    private async Task<QueueSample?> ReadQueueAsync(string pool, CancellationToken cancellationToken)
    {
        // The name of no pool is that of no key either; the decision says so.
        if (!WorkerPoolReader.IsPoolName(pool))
            return null;
        try
        {
            var totals = await queue.ReadTotalsAsync(pool, cancellationToken);
            return new QueueSample(
                time.GetUtcNow(), totals.Pending, totals.Processing, totals.OldestPending, totals.Enqueued, totals.Completed);
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }
}
