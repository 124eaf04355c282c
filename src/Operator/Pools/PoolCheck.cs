using HttpSd.Core;
using HttpSd.Operator.Reconcile;

namespace HttpSd.Operator.Pools;

/// <summary>Whether a pool can be scaled: <c>Ready</c>.</summary>
/// <param name="Settings">What the spec says; null: it is wrong.</param>
/// <param name="Reason">One of <see cref="PoolReasons"/>.</param>
/// <param name="Message">A sentence.</param>
/// <param name="Blocked">Nothing can be decided.</param>
internal sealed record PoolCheck(PoolSettings? Settings, string Reason, string Message, bool Blocked)
{
    /// <summary>What a worker needs beyond its longest script, to put back what is left and to end.</summary>
    private static readonly TimeSpan Ending = TimeSpan.FromSeconds(15);

    public bool Good => !Blocked && Reason is not (PoolReasons.NamespacesUnreadable or PoolReasons.ScaleRefused);

    /// <summary>The checks, in the order in which a user would want to hear of them.</summary>
    public static PoolCheck Of(PoolObserved observed)
    {
        var (entity, target) = (observed.Object, observed.Target);
        var (settings, problems) = WorkerPoolReader.Read(entity.Metadata.Name, entity.Spec);
        if (settings is null)
            return new PoolCheck(null, PoolReasons.InvalidSpec, Sentence.Of(problems), true);
        var name = settings.Target;
        if (target is null)
            return new PoolCheck(settings, PoolReasons.TargetNotFound,
                $"there is no Deployment '{name}' in namespace '{entity.Metadata.NamespaceProperty}'; create it, or name another one in spec.scaleTargetRef", true);
        if (observed.Rival is { } rival && !settings.Recommends)
            return new PoolCheck(settings, PoolReasons.ConflictingAutoscaler,
                Sentence.Bounded($"{rival} sets the replicas of Deployment '{name}', too; delete one of the two, or set spec.mode to Recommend"), true);
        if (observed.Refusal is { } refusal)
            return new PoolCheck(settings, PoolReasons.ScaleRefused, Sentence.Bounded($"the replicas of Deployment '{name}' can't be set: {refusal}"), false);
        if (NamespaceRuleReader.Of(entity.Spec)?.Selector is not null && !observed.ReadsNamespaces)
            return new PoolCheck(settings, PoolReasons.NamespacesUnreadable,
                "the operator serves single namespaces and may not read the labels of namespaces, so spec.allowedNamespaces.selector admits nobody; "
                + "list them in names, or let it serve every namespace. The pool is scaled all the same", false);

        var (reason, message) = Doing(settings, PoolDecision.IsPaused(entity));
        if (observed.LongestRun is { } longest && target.Grace < longest + Ending)
            return new PoolCheck(settings, reason == PoolReasons.Scaling ? PoolReasons.GraceTooShort : reason,
                $"{message}. Its terminationGracePeriodSeconds of {target.Grace.TotalSeconds:0} interrupts scripts that take longer: "
                + $"the longest timeout in the pool is {GoDuration.Format(longest)}, which takes {(longest + Ending).TotalSeconds:0} or more", false);
        return new PoolCheck(settings, reason, message, false);
    }

    private static (string Reason, string Message) Doing(PoolSettings settings, bool paused) =>
        paused ? (PoolReasons.Paused, $"Deployment '{settings.Target}' is left at its size, because the annotation {Entities.WorkerPool.PausedAnnotation} says so")
        : settings.Recommends ? (PoolReasons.Recommending, $"Deployment '{settings.Target}' is left at its size, because spec.mode is Recommend; desiredReplicas is what it would be")
        : (PoolReasons.Scaling, $"Deployment '{settings.Target}' is kept at {settings.Scaling.MinReplicas} to {settings.Scaling.MaxReplicas} replicas");
}
