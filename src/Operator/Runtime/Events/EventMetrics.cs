using HttpSd.ServiceDefaults;
using Prometheus;

namespace HttpSd.Operator.Runtime.Events;

/// <summary>How many events were written and how many weren't.</summary>
internal sealed class EventMetrics
{
    private readonly Counter events;

    public EventMetrics(ProcessMetrics metrics)
    {
        events = metrics.Factory.CreateCounter(
            "httpsd_operator_events_total", "Kubernetes events by what became of them.", ["result"]);
        events.WithLabels("written");
        events.WithLabels("dropped");
    }

    public void Written() => events.WithLabels("written").Inc();

    public void Dropped() => events.WithLabels("dropped").Inc();
}
