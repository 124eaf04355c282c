using HttpSd.ServiceDefaults;
using Prometheus;

namespace HttpSd.Operator.Runtime.LeaderElection;

/// <summary>Who leads, as a number.</summary>
internal sealed class LeaderMetrics(ProcessMetrics metrics)
{
    private readonly Gauge status = metrics.Factory.CreateGauge(
        "leader_election_master_status", "1 when this process leads.", ["name"]);

    public void Set(string name, bool leads) => status.WithLabels(name).Set(leads ? 1 : 0);
}
