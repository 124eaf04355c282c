using HttpSd.Core.Definitions;
using HttpSd.Core.Runs;

namespace HttpSd.Operator.Reconcile;

/// <summary>One condition before it is compared with the stored one.</summary>
internal sealed record ConditionDraft(string Status, string Reason, string Message)
{
    public const string True = "True";
    public const string False = "False";
    public const string Unknown = "Unknown";
}

/// <summary>Decides <c>Generating</c>: how runs go.</summary>
internal static class RunVerdict
{
    private static readonly string[] OfRuns =
        [Reasons.RunSucceeded, Reasons.FirstRunPending, Reasons.RunPending, Reasons.RunFailed, Reasons.RunTimedOut];

    /// <param name="publication">Whether and what the object publishes.</param>
    /// <param name="lastGood">Its stored definition; null: none, or Redis can't be reached.</param>
    /// <param name="reachable">Redis can be reached.</param>
    /// <param name="publish">It is published in this pass.</param>
    /// <param name="run">The run that still counts after this pass; null: none is known.</param>
    /// <param name="cleared">The pass clears what runs have made, so that even what was known of them is over.</param>
    /// <param name="before">The stored condition.</param>
    public static ConditionDraft Decide(
        Publication publication, StoredDefinition? lastGood, bool reachable, bool publish, RunObservation? run, bool cleared, ConditionDraft? before)
    {
        // An outage of Redis is no news about runs; Published tells of it.
        if (!reachable)
            return before ?? new(ConditionDraft.Unknown, Reasons.StoreUnavailable, "Redis can't be reached, so nothing is known of any run");
        if (!publication.Allowed && lastGood is null)
            return new(ConditionDraft.Unknown, Reasons.NotPublished, "nothing runs before the definition is published");
        if (publication.Allowed && WithoutRuns(publication.Generator!.Definition) is { } still)
            return still;
        // What is published has no runs either, whatever the spec says that can't be published.
        if (!publication.Allowed && lastGood is { Runs: false } && before?.Reason is Reasons.Suspended or Reasons.Static)
            return before;
        if (cleared || (publish && lastGood is null))
            return FirstRunPending;
        if (publish)
            return RunPending;
        return run is null ? Kept(before) ?? FirstRunPending : OfRun(run, lastGood, before);
    }

    /// <summary>Whether a condition is about something that is published.</summary>
    public static bool IsOfPublished(ConditionDraft generating) => generating.Reason is not (Reasons.NotPublished or Reasons.StoreUnavailable);

    private static ConditionDraft? WithoutRuns(GeneratorDefinition definition) =>
        definition.Suspend ? new(ConditionDraft.False, Reasons.Suspended, "spec.suspend is true, so there are no runs")
        : definition.Runtime == GeneratorRuntime.Static
            ? new(ConditionDraft.True, Reasons.Static, "the targets stand in spec.staticTargets, nothing has to run")
            : null;

    private static ConditionDraft FirstRunPending { get; } = new(
        ConditionDraft.Unknown, Reasons.FirstRunPending, "no run has ended yet; if this stays, see whether workers of its pool are running");

    private static ConditionDraft RunPending { get; } = new(
        ConditionDraft.Unknown, Reasons.RunPending, "the changed definition has not run yet; if this stays, see whether workers of its pool are running");

    /// <summary>The type and message of the error, as the status shows them.</summary>
    public static string Error(RunObservation run) =>
        Sentence.Bounded(run.ErrorType is null ? "the error is no longer kept" : $"{run.ErrorType}: {run.Message}");

    private static ConditionDraft OfRun(RunObservation run, StoredDefinition? lastGood, ConditionDraft? before)
    {
        if (run.Outcome == RunOutcome.Success)
            return lastGood is not null && run.DefinitionHash.Length > 0 && run.DefinitionHash != lastGood.Hash
                ? RunPending
                : new(ConditionDraft.True, Reasons.RunSucceeded, "the last run succeeded");
        // The error's record has ended before the failures have: what was said of it is still so.
        if (run.ErrorType is null && before is { Status: ConditionDraft.False } && IsOfRuns(before.Reason))
            return before;
        return new(
            ConditionDraft.False,
            Reasons.OfFailure(run),
            $"the last run failed with {Sentence.Bounded(Error(run), 800)}{Advice(run)}; ?debug=true of the path shows more");
    }

    // Such a path answers where the parameter is given, and its author wonders what is wrong.
    private static string Advice(RunObservation run) =>
        run is { ErrorType: "TypeError", Message: { } message } && message.StartsWith("generate_targets() missing ", StringComparison.Ordinal)
            ? "; this is the run without query parameters: give each parameter a default, in the script or in spec.parameters"
            : "";

    // Redis forgets results that nobody asks for, and errors after errorTTL. That is no news about the script.
    private static ConditionDraft? Kept(ConditionDraft? before) => before is not null && IsOfRuns(before.Reason) ? before : null;

    private static bool IsOfRuns(string reason) => OfRuns.Contains(reason) || Reasons.IsOwnFailure(reason);
}
