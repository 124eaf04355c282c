using HttpSd.ServiceDefaults;
using Prometheus;

namespace HttpSd.Operator.Runtime.Controller;

/// <summary>The instruments of all controllers, under controller-runtime's names.</summary>
internal sealed class ControllerMetrics
{
    private static readonly string[] Results = ["success", "error", "requeue", "requeue_after"];

    private readonly Counter total;
    private readonly Counter errors;
    private readonly Counter terminal;
    private readonly Counter panics;
    private readonly Counter timeouts;
    private readonly Histogram seconds;
    private readonly Gauge workers;
    private readonly Gauge active;

    public ControllerMetrics(ProcessMetrics metrics)
    {
        var f = metrics.Factory;
        total = f.CreateCounter("controller_runtime_reconcile_total", "Reconciles by result.", ["controller", "result"]);
        errors = f.CreateCounter("controller_runtime_reconcile_errors_total", "Reconciles that failed.", ["controller"]);
        terminal = f.CreateCounter(
            "controller_runtime_terminal_reconcile_errors_total", "Reconciles that failed and wait for a change.", ["controller"]);
        panics = f.CreateCounter("controller_runtime_reconcile_panics_total", "Reconciles that a fault of ours ended.", ["controller"]);
        timeouts = f.CreateCounter("controller_runtime_reconcile_timeouts_total", "Reconciles that took too long.", ["controller"]);
        seconds = f.CreateHistogram(
            "controller_runtime_reconcile_time_seconds",
            "How long reconciles took.",
            ["controller"],
            new HistogramConfiguration { Buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120] });
        workers = f.CreateGauge("controller_runtime_max_concurrent_reconciles", "Objects reconciled at a time at most.", ["controller"]);
        active = f.CreateGauge("controller_runtime_active_workers", "Objects being reconciled.", ["controller"]);
    }

    /// <summary>Shows every series of a controller at 0.</summary>
    public void Start(ControllerOptions controller)
    {
        foreach (var result in Results)
            total.WithLabels(controller.Name, result);
        foreach (var counter in new[] { errors, terminal, panics, timeouts })
            counter.WithLabels(controller.Name);
        seconds.WithLabels(controller.Name);
        active.WithLabels(controller.Name);
        workers.WithLabels(controller.Name).Set(controller.MaxParallelReconciliations);
    }

    public IDisposable Active(string controller) => active.WithLabels(controller).TrackInProgress();

    public void Ended(string controller, ReconcileOutcome outcome, TimeSpan took)
    {
        if (outcome.Kind == OutcomeKind.Cancelled)
            return;
        total.WithLabels(controller, outcome.Result).Inc();
        seconds.WithLabels(controller).Observe(took.TotalSeconds);
        if (outcome.Result == "error")
            errors.WithLabels(controller).Inc();
        if (outcome.Kind == OutcomeKind.Terminal)
            terminal.WithLabels(controller).Inc();
        if (outcome.Kind == OutcomeKind.Timeout)
            timeouts.WithLabels(controller).Inc();
        if (outcome.Fault is not null)
            panics.WithLabels(controller).Inc();
    }
}
