using HttpSd.ServiceDefaults;
using Prometheus;

namespace HttpSd.Operator.Runtime.Client;

/// <summary>Requests to the API server, under client-go's names so that existing dashboards work.</summary>
internal sealed class ClientMetrics(ProcessMetrics metrics)
{
    private static readonly HashSet<string> Verbs = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    private readonly Counter requests = metrics.Factory.CreateCounter(
        "rest_client_requests_total", "Requests to the API server, every try counted.", ["code", "method", "host"]);

    private readonly Histogram duration = metrics.Factory.CreateHistogram(
        "rest_client_request_duration_seconds",
        "From a request to the headers of its answer.",
        ["verb", "host"],
        new HistogramConfiguration { Buckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60] });

    /// <summary>Takes note of one try; <paramref name="code"/> is null when there was no answer.</summary>
    public void Answered(int? code, string method, string host, TimeSpan took)
    {
        var verb = Verbs.Contains(method) ? method : "other";
        requests.WithLabels(code is { } c ? $"{c}" : "<error>", verb, host).Inc();
        duration.WithLabels(verb, host).Observe(took.TotalSeconds);
    }
}
