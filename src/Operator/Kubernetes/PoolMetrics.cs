using System.Collections.Concurrent;
using HttpSd.Operator.Pools;
using HttpSd.Operator.Scaling;
using HttpSd.ServiceDefaults;
using Prometheus;

namespace HttpSd.Operator.Kubernetes;

/// <summary>The pools' numbers, as they were decided on; only a leader has them. What isn't known is not shown.</summary>
internal sealed class PoolMetrics
{
    private readonly TimeProvider time;
    private readonly Gauge desired;
    private readonly Gauge needed;
    private readonly Gauge current;
    private readonly Gauge limited;
    private readonly Gauge paused;
    private readonly Gauge age;
    private readonly Counter actions;
    private readonly Counter breach;
    private readonly ConcurrentDictionary<string, DateTimeOffset> read = new(StringComparer.Ordinal);

    public PoolMetrics(ProcessMetrics metrics, TimeProvider time)
    {
        this.time = time;
        var f = metrics.Factory;
        desired = f.CreateGauge("httpsd_pool_desired_replicas", "Replicas that were decided on.", ["pool"]);
        needed = f.CreateGauge("httpsd_pool_needed_replicas", "Replicas that the queue needs, whatever the limits.", ["pool"]);
        current = f.CreateGauge("httpsd_pool_current_replicas", "Pods that the Deployment has.", ["pool"]);
        limited = f.CreateGauge("httpsd_pool_limited", "1 when more replicas are needed than are allowed.", ["pool"]);
        paused = f.CreateGauge("httpsd_pool_paused", "1 while the annotation holds the pool.", ["pool"]);
        age = f.CreateGauge("httpsd_pool_sample_age_seconds", "How long ago the queue was last read for a decision.", ["pool"]);
        actions = f.CreateCounter("httpsd_pool_scale_actions_total", "Changes of the Deployment's replicas.", ["pool", "direction"]);
        breach = f.CreateCounter("httpsd_pool_objective_breach_seconds_total", "How long jobs have waited, or were to wait, for too long.", ["pool"]);
        metrics.Registry.AddBeforeCollectCallback(Age);
    }

    public void Scaled(string pool, ScaleChange change) => actions.WithLabels(pool, change.To > change.From ? "up" : "down").Inc();

    public void Show(PoolObserved observed, PoolPlan plan)
    {
        var pool = observed.Object.Metadata.Name;
        Set(desired, pool, plan.Decision?.Desired);
        Set(needed, pool, observed.Queue is null ? null : plan.Decision?.Needed);
        Set(current, pool, observed.Target?.Current);
        Set(limited, pool, plan.Decision is null ? null : plan.Decision.Limited == Limit.AtMax ? 1 : 0);
        Set(paused, pool, plan.Paused ? 1 : 0);
        actions.WithLabels(pool, "up");
        actions.WithLabels(pool, "down");
        var lasted = observed.Now - (observed.Memory.SeenAt ?? observed.Now);
        breach.WithLabels(pool).Inc(plan.Decision?.ObjectiveMet.Met == false ? Math.Clamp(lasted.TotalSeconds, 0, 3 * observed.Interval.TotalSeconds) : 0);
        if (observed.Queue is { } queue)
            read[pool] = queue.At;
    }

    public void Forget(string pool)
    {
        read.TryRemove(pool, out _);
        foreach (var gauge in new[] { desired, needed, current, limited, paused, age })
            gauge.RemoveLabelled(pool);
        actions.RemoveLabelled(pool, "up");
        actions.RemoveLabelled(pool, "down");
        breach.RemoveLabelled(pool);
    }

    private void Age()
    {
        foreach (var (pool, at) in read)
            age.WithLabels(pool).Set(Math.Max(0, (time.GetUtcNow() - at).TotalSeconds));
    }

    private static void Set(Gauge gauge, string pool, int? value)
    {
        if (value is { } known)
            gauge.WithLabels(pool).Set(known);
        else
            gauge.RemoveLabelled(pool);
    }
}
