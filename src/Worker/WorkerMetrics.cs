using System.Collections.Concurrent;
using HttpSd.Core.Runs;
using HttpSd.Redis.Definitions;
using HttpSd.ServiceDefaults;
using Microsoft.Extensions.Options;
using Prometheus;

namespace HttpSd.Worker;

/// <summary>The worker's instruments.</summary>
internal sealed class WorkerMetrics
{
    private readonly Counter processed;
    private readonly Counter retries;
    private readonly Counter lost;
    private readonly Histogram duration;
    private readonly DefinitionWatcher definitions;
    private readonly ConcurrentDictionary<string, bool> paths = new(StringComparer.Ordinal);
    private readonly string workerId;

    public WorkerMetrics(ProcessMetrics metrics, DefinitionWatcher definitions, IOptions<WorkerOptions> options)
    {
        workerId = options.Value.Id;
        this.definitions = definitions;
        processed = metrics.Factory.CreateCounter(
            "httpsd_redis_worker_jobs_processed_total", "Runs by outcome.", ["worker_id", "status"]);
        retries = metrics.Factory.CreateCounter(
            "httpsd_redis_worker_jobs_retries_total", "Runs of what failed the last time.", ["worker_id"]);
        retries.WithLabels(workerId);
        lost = metrics.Factory.CreateCounter("httpsd_worker_leases_lost_total", "Runs stopped because their lease was lost.");
        duration = metrics.Factory.CreateHistogram(
            "httpsd_generator_run_duration_seconds",
            "Wall clock of the script.",
            ["path", "status"],
            new HistogramConfiguration { Buckets = [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600] });
        foreach (var outcome in Enum.GetValues<RunOutcome>())
            processed.WithLabels(workerId, Word(outcome));
        definitions.Changed += RemoveGone;
    }

    public void Finished(RunOutcome outcome, string path, TimeSpan took)
    {
        processed.WithLabels(workerId, Word(outcome)).Inc();
        paths[path] = true;
        duration.WithLabels(path, Word(outcome)).Observe(took.TotalSeconds);
        // The generator may have gone during its last run.
        if (definitions.Table.Find(path) is null)
            Remove(path);
    }

    public void Retried() => retries.WithLabels(workerId).Inc();

    public void Lost() => lost.Inc();

    /// <summary>The outcome as labels and logs spell it.</summary>
    public static string Word(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Success => "success",
        RunOutcome.Error => "error",
        RunOutcome.Timeout => "timeout",
        _ => "superseded",
    };

    private void RemoveGone()
    {
        var table = definitions.Table;
        foreach (var path in paths.Keys.Where(p => table.Find(p) is null))
            Remove(path);
    }

    private void Remove(string path)
    {
        paths.TryRemove(path, out _);
        foreach (var outcome in Enum.GetValues<RunOutcome>())
            duration.RemoveLabelled(path, Word(outcome));
    }
}
