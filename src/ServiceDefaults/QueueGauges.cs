using HttpSd.Redis;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Queue;
using Prometheus;

namespace HttpSd.ServiceDefaults;

/// <summary>
/// The numbers of every pool's queue, read from Redis at each scrape: the same from every process, 0 when
/// empty, absent when Redis can't be read. What nobody measured is never shown as a number.
/// </summary>
public sealed class QueueGauges : IDisposable
{
    private readonly JobQueue queue;
    private readonly PoolNames? named;
    private readonly Gauge up;
    private readonly Gauge jobs;
    private readonly Gauge oldest;
    private readonly Counter enqueued;
    private readonly Counter completed;
    private readonly Counter dropped;
    private readonly Counter reaped;
    private readonly Counter mended;
    private readonly Counter unknown;
    // One scrape at a time: of two at once the one that read first may come to show last, and a total would seem to fall.
    private readonly SemaphoreSlim reading = new(1, 1);
    private readonly HashSet<string> shown = new(StringComparer.Ordinal);

    /// <summary>Registers the gauges; from then on every scrape reads Redis.</summary>
    public QueueGauges(ProcessMetrics metrics, JobQueue queue, PoolNames? named = null)
    {
        (this.queue, this.named) = (queue, named);
        var f = metrics.Factory;
        up = f.CreateGauge("httpsd_redis_up", "1 when Redis answered at this scrape.");
        jobs = f.CreateGauge("httpsd_update_queue_jobs", "Jobs of a pool, read from Redis at this scrape.", ["status", "pool"]);
        oldest = f.CreateGauge("httpsd_update_queue_oldest_pending_seconds", "How long the oldest pending job has waited.", ["pool"]);
        enqueued = f.CreateCounter("httpsd_update_queue_enqueued_total", "Jobs ever enqueued, kept in Redis.", ["pool"]);
        completed = f.CreateCounter("httpsd_update_queue_completed_total", "Jobs whose run has ended, kept in Redis.", ["pool"]);
        dropped = f.CreateCounter("httpsd_update_queue_dropped_total", "Jobs that left without: cancelled, taken out by hand or given up, kept in Redis.", ["pool"]);
        reaped = f.CreateCounter("httpsd_update_queue_reaped_leases_total", "Jobs taken back from a silent worker, kept in Redis.", ["pool"]);
        mended = f.CreateCounter("httpsd_update_queue_mended_total", "Tickets and markers put right after hands or faults, kept in Redis.", ["pool"]);
        unknown = f.CreateCounter("httpsd_update_queue_unknown_schema_total", "How often a job of an unknown schema was passed over, kept in Redis.", ["pool"]);
        metrics.Registry.AddBeforeCollectCallback(ReadAsync);
    }

    /// <inheritdoc />
    public void Dispose() => reading.Dispose();

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken);
        try
        {
            await ReadAloneAsync(cancellationToken);
        }
        finally
        {
            reading.Release();
        }
    }

    private async Task ReadAloneAsync(CancellationToken cancellationToken)
    {
        var pools = (named?.Invoke() ?? []).Append(Keys.DefaultPool).ToHashSet(StringComparer.Ordinal);
        try
        {
            foreach (var pool in pools)
                Show(pool, await queue.ReadTotalsAsync(pool, cancellationToken));
            foreach (var pool in shown.Except(pools).ToList())
                Hide(pool);
            up.Set(1);
        }
        catch (StoreUnavailableException)
        {
            up.Set(0);
            foreach (var pool in shown.ToList())
                Hide(pool);
        }
    }

    private void Show(string pool, QueueTotals totals)
    {
        shown.Add(pool);
        jobs.WithLabels("pending", pool).Set(totals.Pending);
        jobs.WithLabels("processing", pool).Set(totals.Processing);
        oldest.WithLabels(pool).Set(totals.OldestPending.TotalSeconds);
        Show(enqueued, pool, totals.Enqueued);
        Show(completed, pool, totals.Completed);
        Show(dropped, pool, totals.Dropped);
        Show(reaped, pool, totals.Reaped);
        Show(mended, pool, totals.Mended + totals.Healed + totals.Bad + totals.Duplicate);
        Show(unknown, pool, totals.Unknown);
    }

    // A total that fell was lost with Redis' data: the series begins anew, as a restarted process's would.
    private static void Show(Counter counter, string pool, long total)
    {
        if (counter.WithLabels(pool).Value > total)
            counter.RemoveLabelled(pool);
        counter.WithLabels(pool).IncTo(total);
    }

    private void Hide(string pool)
    {
        shown.Remove(pool);
        jobs.RemoveLabelled("pending", pool);
        jobs.RemoveLabelled("processing", pool);
        oldest.RemoveLabelled(pool);
        foreach (var counter in new[] { enqueued, completed, dropped, reaped, mended, unknown })
            counter.RemoveLabelled(pool);
    }
}
