using System.Collections.Concurrent;
using HttpSd.SdServer.Discovery;
using HttpSd.ServiceDefaults;
using Prometheus;

namespace HttpSd.SdServer.Metrics;

/// <summary>The server's instruments. A path is a declared one or a prefix of one, never what a client made up.</summary>
internal sealed class ServerMetrics
{
    private readonly Counter requests;
    private readonly Histogram durations;
    private readonly Counter.Child hits;
    private readonly Counter.Child stales;
    private readonly Counter.Child misses;
    private readonly Counter.Child expireds;
    private readonly ConcurrentDictionary<string, PathMetrics> paths = new(StringComparer.Ordinal);

    public ServerMetrics(ProcessMetrics metrics)
    {
        requests = metrics.Factory.CreateCounter("httpsd_path_requests_total", "Requests for target lists.", ["path", "status"]);
        durations = metrics.Factory.CreateHistogram(
            "httpsd_target_path_request_duration_seconds",
            "From the request to the last byte handed to the system.",
            ["path"],
            new HistogramConfiguration { Buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 5, 10] });
        var operations = metrics.Factory.CreateCounter("httpsd_cache_operations_total", "Lookups of lists by what they found.", ["operation"]);
        hits = operations.WithLabels("hit");
        stales = operations.WithLabels("stale");
        misses = operations.WithLabels("miss");
        expireds = operations.WithLabels("expired");
    }

    /// <summary>One generator's lookup ended.</summary>
    public void Looked(ListOutcome outcome)
    {
        var operation = outcome switch
        {
            ListOutcome.Fresh => hits,
            ListOutcome.Stale => stales,
            ListOutcome.Miss => misses,
            ListOutcome.Expired => expireds,
            _ => null,
        };
        operation?.Inc();
    }

    /// <summary>One request was answered; a refused one is the client's affair, and what has gone has no series.</summary>
    public void Answered(string path, ListOutcome outcome, TimeSpan took)
    {
        if (outcome is ListOutcome.Refused or ListOutcome.Gone)
            return;
        var known = paths.TryGetValue(path, out var found) ? found : paths.GetOrAdd(path, Make);
        known.Duration.Observe(took.TotalSeconds);
        var child = outcome switch
        {
            ListOutcome.Fresh or ListOutcome.Stale => known.Success,
            ListOutcome.Miss => known.Miss,
            ListOutcome.Expired => known.Expired,
            _ => known.Fail,
        };
        child.Inc();
    }

    /// <summary>Forgets paths that no generator has any more, nor is below.</summary>
    public void RemoveWhere(Func<string, bool> gone)
    {
        foreach (var path in paths.Keys.Where(gone))
        {
            paths.TryRemove(path, out _);
            durations.RemoveLabelled(path);
            foreach (var status in new[] { "success", "fail", "cache-not-exist", "cache-expired" })
                requests.RemoveLabelled(path, status);
        }
    }

    private PathMetrics Make(string path) => new(
        requests.WithLabels(path, "success"),
        requests.WithLabels(path, "fail"),
        requests.WithLabels(path, "cache-not-exist"),
        requests.WithLabels(path, "cache-expired"),
        durations.WithLabels(path));

    private sealed record PathMetrics(
        Counter.Child Success, Counter.Child Fail, Counter.Child Miss, Counter.Child Expired, Histogram.Child Duration);
}
