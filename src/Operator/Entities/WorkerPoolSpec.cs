using HttpSd.Operator.Entities.Schema;
using HttpSd.Operator.Pools;

namespace HttpSd.Operator.Entities;

/// <summary>The spec's fields as the schema declares them. Never read into: <see cref="WorkerPoolReader"/> reads specs.</summary>
[ValidationRule("self.minReplicas <= self.maxReplicas", "minReplicas: must not be above maxReplicas")]
[ValidationRule("!has(self.fallback) || self.fallback.replicas <= self.maxReplicas", "fallback.replicas: must not be above maxReplicas")]
internal sealed class WorkerPoolSpec
{
    [Description("The Deployment whose replicas are set, in the pool's own namespace. Nothing else may set them: no HorizontalPodAutoscaler, no ScaledObject, no other WorkerPool, and no replicas in a manifest that is applied again.")]
    [Required]
    public ScaleTarget? ScaleTargetRef { get; init; }

    [Description("The least replicas. With 0 the pool goes to zero when it has been idle for scaleDown.idleAfter, and comes back in one step.")]
    [RangeMinimum(0)]
    [RangeMaximum(WorkerPoolReader.MostReplicas)]
    [DefaultValue(1)]
    public int? MinReplicas { get; init; }

    [Description("The most replicas.")]
    [RangeMinimum(1)]
    [RangeMaximum(WorkerPoolReader.MostReplicas)]
    [DefaultValue(10)]
    public int? MaxReplicas { get; init; }

    [Description("What is to be kept at the least cost.")]
    [EmptyByDefault]
    public PoolObjective? Objective { get; init; }

    [Description("Jobs that one Pod runs at a time; must be what its workers have as Worker:Concurrency.")]
    [RangeMinimum(1)]
    [RangeMaximum(WorkerPoolReader.MostSlots)]
    [DefaultValue(4)]
    public int? Concurrency { get; init; }

    [Description("When the pool may become smaller.")]
    [EmptyByDefault]
    public PoolScaleDown? ScaleDown { get; init; }

    [Description("A floor for times when the queue can't be read. Left out: the size is held.")]
    public PoolFallback? Fallback { get; init; }

    [Description("Active: the Deployment is scaled. Recommend: nothing is written but status and metrics.")]
    [EnumValues("Active", "Recommend")]
    [DefaultValue("Active")]
    public string? Mode { get; init; }

    [Description("Whose TargetGenerators may name this pool. Left out: everybody's.")]
    public PoolNamespaces? AllowedNamespaces { get; init; }
}

/// <summary><c>scaleTargetRef</c>.</summary>
internal sealed class ScaleTarget
{
    [Description("Of the kind.")]
    [EnumValues("apps/v1")]
    [DefaultValue("apps/v1")]
    public string? ApiVersion { get; init; }

    [Description("Nothing but a Deployment can be scaled.")]
    [EnumValues("Deployment")]
    [DefaultValue("Deployment")]
    public string? Kind { get; init; }

    [Description("The Deployment's name.")]
    [Required]
    [Length(1, 253)]
    [Pattern(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")]
    public string? Name { get; init; }
}

/// <summary><c>objective</c>.</summary>
internal sealed class PoolObjective
{
    [Description("How long the oldest pending job may wait: 1s to 1h.")]
    [Duration("1s", "1h")]
    [DefaultValue("30s")]
    public string? MaxPendingAge { get; init; }
}

/// <summary><c>scaleDown</c>.</summary>
internal sealed class PoolScaleDown
{
    [Description("What steady load needed during this time is kept, since it may be needed again: 0s to 1h.")]
    [Duration("0s", "1h")]
    [DefaultValue("2m")]
    public string? LoadWindow { get; init; }

    [Description("What a backlog needed during this time is kept; longer, up to 5m, while the pool goes up and down: 0s to 1h.")]
    [Duration("0s", "1h")]
    [DefaultValue("30s")]
    public string? BacklogWindow { get; init; }

    [Description("How long nothing may have been queued, run or completed before a pool with minReplicas 0 goes to zero: 0s to 24h.")]
    [Duration("0s", "24h")]
    [DefaultValue("5m")]
    public string? IdleAfter { get; init; }

    [Description("A decrease by less than this share of the size, in percent, is not made, but for one to the minimum.")]
    [RangeMinimum(0)]
    [RangeMaximum(100)]
    [DefaultValue(10)]
    public int? DeadbandPercent { get; init; }
}

/// <summary><c>fallback</c>.</summary>
internal sealed class PoolFallback
{
    [Description("The floor. It raises, also from zero, and never lowers.")]
    [Required]
    [RangeMinimum(0)]
    [RangeMaximum(WorkerPoolReader.MostReplicas)]
    public int? Replicas { get; init; }

    [Description("How long the queue must have been unknown: 0s to 24h.")]
    [Duration("0s", "24h")]
    [DefaultValue("1m")]
    public string? After { get; init; }
}

/// <summary><c>allowedNamespaces</c>.</summary>
[ValidationRule("has(self.names) || has(self.selector)", "names, a selector, or both are needed")]
internal sealed class PoolNamespaces
{
    [Description("Namespaces by name; an empty list allows none.")]
    [Items(0, WorkerPoolReader.MostNamespaces)]
    [Each(1, 63, "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    public IReadOnlyList<string>? Names { get; init; }

    [Description("Namespaces by their labels, beside those of names; an empty one matches all. Only an operator that serves every namespace can read labels of namespaces; else the pool is not Ready and only names count.")]
    public NamespaceSelector? Selector { get; init; }
}

/// <summary><c>allowedNamespaces.selector</c>.</summary>
internal sealed class NamespaceSelector
{
    [Description("Labels that the namespace must have, with these values.")]
    [PropertyLimits(0, WorkerPoolReader.MostRequirements)]
    [Each(0, 63)]
    public IReadOnlyDictionary<string, string>? MatchLabels { get; init; }

    [Description("Requirements that all must hold.")]
    [Items(0, WorkerPoolReader.MostRequirements)]
    public IReadOnlyList<LabelRequirement>? MatchExpressions { get; init; }
}

/// <summary>One of <c>matchExpressions</c>.</summary>
[ValidationRule(
    "self.operator in ['In', 'NotIn'] ? has(self.values) && self.values.size() > 0 : !has(self.values) || self.values.size() == 0",
    "values: In and NotIn need some, Exists and DoesNotExist have none")]
internal sealed class LabelRequirement
{
    [Description("The label.")]
    [Required]
    [Length(1, 317)]
    public string? Key { get; init; }

    [Description("What is asked of it.")]
    [Required]
    [EnumValues("In", "NotIn", "Exists", "DoesNotExist")]
    public string? Operator { get; init; }

    [Description("For In and NotIn.")]
    [Items(0, WorkerPoolReader.MostNamespaces)]
    [Each(0, 63)]
    public IReadOnlyList<string>? Values { get; init; }
}
