using HttpSd.Operator.Runtime.Client;
using HttpSd.ServiceDefaults;
using Prometheus;

namespace HttpSd.Operator.Runtime.Caching;

/// <summary>What reflectors tell of themselves. Labels are resources and <see cref="FaultRule.Word"/>s.</summary>
internal sealed class ReflectorMetrics(ProcessMetrics metrics)
{
    private readonly Counter restarts = metrics.Factory.CreateCounter(
        "httpsd_operator_watch_restarts_total", "Times that listing or watching stopped, by reason.", ["resource", "reason"]);

    private readonly Counter relists = metrics.Factory.CreateCounter(
        "httpsd_operator_relists_total", "Complete lists after the first.", ["resource"]);

    private readonly Gauge objects = metrics.Factory.CreateGauge(
        "httpsd_operator_store_objects", "Objects known.", ["resource"]);

    private readonly Gauge unreadable = metrics.Factory.CreateGauge(
        "httpsd_operator_unreadable_objects", "Objects that exist but aren't of their type's shape.", ["resource", "namespace"]);

    private readonly Gauge failing = metrics.Factory.CreateGauge(
        "httpsd_operator_watch_failing", "1 while listing or watching fails; /readyz says why.", ["resource", "namespace"]);

    private readonly Gauge lastEvent = metrics.Factory.CreateGauge(
        "httpsd_operator_last_event_timestamp_seconds", "When the API server last told anything, bookmarks included.", ["resource"]);

    public void Start(string resource, string? ns)
    {
        foreach (var fault in Enum.GetValues<Fault>())
            restarts.WithLabels(resource, FaultRule.Word(fault));
        relists.WithLabels(resource);
        objects.WithLabels(resource);
        unreadable.WithLabels(resource, ns ?? "");
        failing.WithLabels(resource, ns ?? "");
    }

    public void Stopped(string resource, Fault fault) => restarts.WithLabels(resource, FaultRule.Word(fault)).Inc();

    public void Relisted(string resource) => relists.WithLabels(resource).Inc();

    public void Told(string resource, int known, DateTimeOffset now)
    {
        objects.WithLabels(resource).Set(known);
        lastEvent.WithLabels(resource).Set(now.ToUnixTimeMilliseconds() / 1000.0);
    }

    public void Failing(string resource, string? ns, bool now) => failing.WithLabels(resource, ns ?? "").Set(now ? 1 : 0);

    public void Unreadable(string resource, string? ns, int count) => unreadable.WithLabels(resource, ns ?? "").Set(count);
}
