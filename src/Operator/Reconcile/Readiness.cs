namespace HttpSd.Operator.Reconcile;

/// <summary>Decides <c>Published</c> and <c>Ready</c>.</summary>
internal static class Readiness
{
    /// <summary>Whether server and workers have this spec.</summary>
    /// <param name="publication">Whether and what the object publishes.</param>
    /// <param name="lastGood">Its stored definition; null: none, or Redis can't be reached.</param>
    /// <param name="inOutage">Redis can't be reached, and something was published before.</param>
    /// <param name="before">The stored condition.</param>
    public static ConditionDraft Published(Publication publication, StoredDefinition? lastGood, bool inOutage, ConditionDraft? before)
    {
        if (publication.Allowed)
            return new(ConditionDraft.True, Reasons.Published, $"published as /targets/{publication.Generator!.Definition.Path}");
        // What was said of the last good definition can't be looked up now, and is no other for that.
        if (inOutage && before?.Reason == publication.Reason && before.Message.StartsWith(publication.Message, StringComparison.Ordinal))
            return before;
        var kept = inOutage ? "; servers go on serving the last known lists"
            : lastGood is null ? "" : $"; the last good definition goes on being served as /targets/{Sentence.Bounded(lastGood.Path, 100)}";
        return new(ConditionDraft.False, publication.Reason, Sentence.Bounded(publication.Message, Sentence.MaxLength - kept.Length) + kept);
    }

    /// <summary>Whether the path answers with a list.</summary>
    public static ConditionDraft Ready(ConditionDraft published, ConditionDraft generating, bool servable, bool overdue)
    {
        if (published.Status != ConditionDraft.True)
            return published;
        if (generating.Reason == Reasons.Suspended)
            return servable
                ? new(ConditionDraft.True, Reasons.Suspended, "the last good list is served; runs are suspended")
                : new(ConditionDraft.False, Reasons.Suspended, "runs are suspended and no list is kept; set spec.suspend to false to have one made");
        if (generating.Status == ConditionDraft.True && overdue && !servable)
            return new(ConditionDraft.Unknown, Reasons.RunPending,
                "the last run succeeded, but its list has expired and the next run has waited for more than a minute; see whether workers of its pool are running");
        // Nothing that time alone changes: a list that nobody asks for expires, and that is no reason to write.
        if (generating.Status == ConditionDraft.True)
            return new(ConditionDraft.True, generating.Reason, generating.Reason == Reasons.Static
                ? "the path answers with a list"
                : "the last run succeeded; its list is served, and made anew on request when it has expired");
        return servable
            ? new(ConditionDraft.True, Reasons.ServingLastGood, Sentence.Bounded($"the last good list is served: {generating.Message}"))
            : generating;
    }
}
