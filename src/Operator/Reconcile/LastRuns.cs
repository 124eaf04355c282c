using HttpSd.Core.Runs;
using HttpSd.Operator.Entities;

namespace HttpSd.Operator.Reconcile;

/// <summary>Decides <c>status.lastRun</c>, which changes only with outcome, message or number of targets.</summary>
internal static class LastRuns
{
    public static LastRun? Decide(LastRun? stored, RunObservation? run, DateTimeOffset now)
    {
        if (run is null)
            return stored;
        var outcome = run.Outcome switch { RunOutcome.Success => "success", RunOutcome.Timeout => "timeout", _ => "error" };
        var failed = run.Outcome != RunOutcome.Success;
        if (failed && run.ErrorType is null && stored is { Outcome: "error" or "timeout" })
            return stored with { Targets = run.Targets };
        var message = failed ? RunVerdict.Error(run) : null;
        return stored is not null && (stored.Outcome, stored.Message, stored.Targets) == (outcome, message, run.Targets)
            ? stored
            : new LastRun { Outcome = outcome, Message = message, Targets = run.Targets, Since = Conditions.WholeSeconds(run.At ?? now) };
    }
}
