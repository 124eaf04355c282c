using HttpSd.Operator.Entities;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Runtime.Caching;
using HttpSd.ServiceDefaults;
using Prometheus;

namespace HttpSd.Operator.Kubernetes;

/// <summary>How many generators are ready, and why others aren't, counted at each scrape from what the API server holds.</summary>
internal sealed class GeneratorGauges
{
    private readonly EntityStore<TargetGenerator> generators;
    private readonly Gauge gauge;
    private readonly Gauge unknown;
    private HashSet<(string Ready, string Reason)> shown = [];

    public GeneratorGauges(ProcessMetrics metrics, EntityStore<TargetGenerator> generators)
    {
        this.generators = generators;
        gauge = metrics.Factory.CreateGauge(
            "httpsd_operator_generators", "TargetGenerators by their Ready condition.", ["ready", "reason"]);
        unknown = metrics.Factory.CreateGauge(
            "httpsd_operator_unknown_definitions", "Stored definitions left alone because this build doesn't know their schema.");
        metrics.Registry.AddBeforeCollectCallback(Count);
    }

    /// <summary>As the last full publication has found them.</summary>
    public int UnknownDefinitions
    {
        set => unknown.Set(value);
    }

    private void Count()
    {
        var counts = generators.All
            .Select(g => Conditions.Find(g.Status?.Conditions, ConditionTypes.Ready))
            .CountBy(c => (Ready: c?.Status ?? ConditionDraft.Unknown, Reason: c?.Reason ?? "New"))
            .ToDictionary();
        foreach (var gone in shown.Except(counts.Keys))
            gauge.RemoveLabelled(gone.Ready, gone.Reason);
        foreach (var ((ready, reason), count) in counts)
            gauge.WithLabels(ready, reason).Set(count);
        shown = [.. counts.Keys];
    }
}
