using HttpSd.Operator.Entities;
using k8s;

namespace HttpSd.Operator.Reconcile;

/// <summary>
/// From what was observed to what is to be done, for one object: no clock, no I/O. Read it as: can the spec be
/// published, what has to change in the store, how do its runs go, what does the status say of all that.
/// </summary>
internal static class GeneratorDecision
{
    // The definitions are to be back within ten seconds of Redis' return.
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan SoonestRequeue = TimeSpan.FromSeconds(1);

    public static GeneratorPlan Decide(Observed observed)
    {
        var entity = observed.Object;
        var stored = StoredDefinitions.Of(observed);
        if (entity.Metadata.DeletionTimestamp is not null)
            return Leave(entity, stored);

        // 1. Can the spec be published, and what is to be changed in the store?
        var publication = Publication.Decide(observed);
        var plan = Store(publication, stored, entity);
        var reachable = observed.Stored is not null;
        var reload = Reload.Decide(entity, publication, stored, reachable);

        // 2. How do runs go? What is known of a list that is cleared, or of another path, is over.
        var moved = plan.Wanted is { Definition.Path: var path } && entity.Status?.Path is { } known && known != path;
        var cleared = reload.Path is not null || (moved && (plan.Publish || observed.Run is null));
        var run = cleared || stored.LastGood is null ? null : observed.Run;
        var before = Conditions.Find(entity.Status?.Conditions, ConditionTypes.Generating);
        var generating = RunVerdict.Decide(publication, stored.LastGood, reachable, plan.Publish, run, cleared, before);

        // 3. What does the status say?
        var published = Readiness.Published(
            publication, stored.LastGood, !reachable && RunVerdict.IsOfPublished(generating), Conditions.Find(entity.Status?.Conditions, ConditionTypes.Published));
        var ready = Readiness.Ready(published, generating, IsServable(run, generating, observed.Now), observed.Overdue);
        var status = new TargetGeneratorStatus
        {
            ObservedGeneration = entity.Metadata.Generation ?? 0,
            Path = PathOf(publication, stored, observed),
            // What is seen of runs then is of the definition before; its failures are forgiven, and no success for that.
            LastRun = generating.Reason == Reasons.RunPending && entity.Status?.LastRun is { } last
                ? last
                : LastRuns.Decide(entity.Status?.LastRun, run, observed.Now),
            LastHandledReload = reload.Handled,
            Conditions = Conditions.Merge(
                entity.Status?.Conditions,
                [(ConditionTypes.Ready, ready), (ConditionTypes.Published, published), (ConditionTypes.Generating, generating)],
                entity.Metadata.Generation ?? 0,
                observed.Now),
        };
        return plan with
        {
            Reload = reload.Path,
            ReloadAnswered = reload.Path is null && reload.Handled != entity.Status?.LastHandledReload,
            Status = status,
            StatusChanged = KubernetesJson.Serialize(status) != KubernetesJson.Serialize(entity.Status ?? new TargetGeneratorStatus()),
            Events = PlannedEvents.Decide(entity.Status, plan, published, generating, stored.LastGood, reload),
            Waiting = PlannedEvents.Waiting(reload),
            RequeueAfter = Requeue(observed, ready, generating, run),
        };
    }

    private static GeneratorPlan Leave(TargetGenerator entity, StoredDefinitions stored) => new()
    {
        Remove = [.. stored.Own, .. stored.Predecessors],
        Status = entity.Status ?? new TargetGeneratorStatus(),
    };

    private static GeneratorPlan Store(Publication publication, StoredDefinitions stored, TargetGenerator entity)
    {
        var plan = new GeneratorPlan { Clear = stored.Predecessors, Status = entity.Status ?? new TargetGeneratorStatus() };
        if (!publication.Allowed)
            return plan;
        var (wanted, path) = (publication.Generator!, publication.Generator!.Definition.Path);
        return plan with
        {
            Clear = [.. stored.Predecessors, .. stored.Others.Where(s => s.Path == path)],
            Wanted = wanted,
            Publish = !stored.Holds(wanted.Definition),
            Remove = [.. stored.Own.Where(s => s.Path != path)],
        };
    }

    private static string? PathOf(Publication publication, StoredDefinitions stored, Observed observed) =>
        publication.Allowed ? publication.Generator!.Definition.Path
        : observed.Stored is null && observed.Object.Status?.Path is { } known ? known
        : stored.LastGood?.Path ?? SpecText.WantedPath(observed.Object, observed.PathPolicy);

    // A suspended generator's list is served for as long as it is kept.
    private static bool IsServable(RunObservation? run, ConditionDraft generating, DateTimeOffset now) =>
        run?.ServableUntil is { } until && (until > now || generating.Reason == Reasons.Suspended);

    private static TimeSpan? Requeue(
        Observed observed, ConditionDraft ready, ConditionDraft generating, RunObservation? run)
    {
        // Also when the spec is wrong: whether a last good definition is served is not known either.
        if (observed.Stored is null)
            return StoreRetry;
        if (ready.Reason != Reasons.ServingLastGood || run?.ServableUntil is not { } until || generating.Status == ConditionDraft.True
            || until == DateTimeOffset.MaxValue)
            return null;
        var rest = until - observed.Now;
        return rest > SoonestRequeue ? rest : SoonestRequeue;
    }
}
