using HttpSd.ServiceDefaults;
using Prometheus;

namespace HttpSd.Operator.Runtime.Queue;

/// <summary>The instruments of all work queues, under client-go's names.</summary>
internal sealed class QueueMetrics
{
    private static readonly string[] Labels = ["name", "controller"];
    private static readonly HistogramConfiguration Seconds = new() { Buckets = Histogram.ExponentialBuckets(1e-4, 10, 8) };

    private readonly Gauge depth;
    private readonly Counter adds;
    private readonly Counter retries;
    private readonly Histogram waited;
    private readonly Histogram worked;
    private readonly Gauge unfinished;
    private readonly Gauge longest;
    private readonly CollectorRegistry registry;

    public QueueMetrics(ProcessMetrics metrics)
    {
        registry = metrics.Registry;
        var f = metrics.Factory;
        depth = f.CreateGauge("workqueue_depth", "Keys that wait for a worker.", Labels);
        adds = f.CreateCounter("workqueue_adds_total", "Keys added, each once however often it was asked for while it waited.", Labels);
        retries = f.CreateCounter("workqueue_retries_total", "Keys added again after a failure.", Labels);
        waited = f.CreateHistogram("workqueue_queue_duration_seconds", "How long keys waited for a worker.", Labels, Seconds);
        worked = f.CreateHistogram("workqueue_work_duration_seconds", "How long keys were worked on.", Labels, Seconds);
        unfinished = f.CreateGauge("workqueue_unfinished_work_seconds", "What the running work has taken so far, summed.", Labels);
        longest = f.CreateGauge("workqueue_longest_running_processor_seconds", "What the longest running work has taken so far.", Labels);
    }

    /// <summary>The instruments of one queue, at 0 from the start.</summary>
    public QueueSeries For(string name)
    {
        string[] labels = [name, name];
        var series = new QueueSeries(
            depth.WithLabels(labels), adds.WithLabels(labels), retries.WithLabels(labels), waited.WithLabels(labels), worked.WithLabels(labels));
        var (sum, most) = (unfinished.WithLabels(labels), longest.WithLabels(labels));
        registry.AddBeforeCollectCallback(() =>
        {
            var running = series.Running();
            sum.Set(running.All);
            most.Set(running.Longest);
        });
        return series;
    }
}

/// <summary>The instruments of one queue.</summary>
internal sealed class QueueSeries(IGauge depth, ICounter adds, ICounter retries, IHistogram waited, IHistogram worked)
{
    /// <summary>How long the running work has taken, summed and at most; read at each scrape.</summary>
    public Func<(double All, double Longest)> Running { get; set; } = () => (0, 0);

    public void Added() => adds.Inc();

    public void Retried() => retries.Inc();

    public void Depth(int keys) => depth.Set(keys);

    public void Taken(int left, TimeSpan wait)
    {
        depth.Set(left);
        waited.Observe(wait.TotalSeconds);
    }

    public void Worked(TimeSpan took) => worked.Observe(took.TotalSeconds);
}
