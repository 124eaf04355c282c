namespace HttpSd.Operator.Pools;

/// <summary>The condition types of a pool, in the order of its status.</summary>
internal static class PoolConditionTypes
{
    /// <summary>The pool can be scaled.</summary>
    public const string Ready = "Ready";

    /// <summary>Its queue is known.</summary>
    public const string MetricsAvailable = "MetricsAvailable";

    /// <summary>More replicas are needed than are allowed.</summary>
    public const string ScalingLimited = "ScalingLimited";

    /// <summary>No job waits for too long.</summary>
    public const string ObjectiveMet = "ObjectiveMet";

    /// <summary>The floor for an unknown queue is in force.</summary>
    public const string Fallback = "Fallback";

    /// <summary>The annotation holds it.</summary>
    public const string Paused = "Paused";

    /// <summary>Jobs are called running that no Pod runs.</summary>
    public const string StuckProcessing = "StuckProcessing";
}

/// <summary>The words that conditions of pools give for what they say. docs/spec/workerpool.md lists them all, with those of the objective.</summary>
internal static class PoolReasons
{
    /// <summary>The Deployment is scaled.</summary>
    public const string Scaling = "Scaling";

    /// <summary>Mode Recommend.</summary>
    public const string Recommending = "Recommending";

    /// <summary>The annotation holds it.</summary>
    public const string Paused = "Paused";

    /// <summary>It is scaled, but Pods get less time to end than a script may take.</summary>
    public const string GraceTooShort = "GraceTooShort";

    /// <summary>It is scaled, but its selector doesn't count.</summary>
    public const string NamespacesUnreadable = "NamespacesUnreadable";

    /// <summary>A field is wrong; the message names it.</summary>
    public const string InvalidSpec = "InvalidSpec";

    /// <summary>There is no such Deployment.</summary>
    public const string TargetNotFound = "TargetNotFound";

    /// <summary>Something else sets the Deployment's replicas.</summary>
    public const string ConflictingAutoscaler = "ConflictingAutoscaler";

    /// <summary>The API server refused the write.</summary>
    public const string ScaleRefused = "ScaleRefused";

    /// <summary>The queue was read.</summary>
    public const string QueueRead = "QueueRead";

    /// <summary>Redis can't be reached.</summary>
    public const string StoreUnavailable = "StoreUnavailable";

    /// <summary>As many replicas are allowed as are needed.</summary>
    public const string WithinLimits = "WithinLimits";

    /// <summary>The minimum is more than is needed.</summary>
    public const string AtMinReplicas = "AtMinReplicas";

    /// <summary>The maximum is less than is needed.</summary>
    public const string AtMaxReplicas = "AtMaxReplicas";

    /// <summary>Nothing is decided, for the reason in Ready.</summary>
    public const string NotScaled = "NotScaled";

    /// <summary>The queue is unknown.</summary>
    public const string QueueUnknown = "QueueUnknown";

    /// <summary>The floor is in force.</summary>
    public const string FallbackReplicas = "FallbackReplicas";

    /// <summary>The queue is known, or has not been unknown for long.</summary>
    public const string NotNeeded = "NotNeeded";

    /// <summary>The spec has no fallback.</summary>
    public const string NotConfigured = "NotConfigured";

    /// <summary>The annotation is there.</summary>
    public const string Annotated = "Annotated";

    /// <summary>The annotation is not there.</summary>
    public const string NotAnnotated = "NotAnnotated";

    /// <summary>More jobs are called running than the Pods can run.</summary>
    public const string JobsWithoutWorker = "JobsWithoutWorker";

    /// <summary>Every running job can have its Pod.</summary>
    public const string NoneStuck = "NoneStuck";
}

/// <summary>The reasons of events that are none of conditions.</summary>
internal static class PoolEventReasons
{
    public const string ScaledUp = "ScaledUp";
    public const string ScaledDown = "ScaledDown";
    public const string ScaledToZero = "ScaledToZero";

    /// <summary>From zero.</summary>
    public const string Activated = "Activated";

    public const string ReachedMaxReplicas = "ReachedMaxReplicas";
    public const string MetricsUnavailable = "MetricsUnavailable";
    public const string MetricsRecovered = "MetricsRecovered";
    public const string FallbackActivated = "FallbackActivated";
    public const string FallbackDeactivated = "FallbackDeactivated";

    /// <summary>Somebody else had set the replicas.</summary>
    public const string ExternalScaleOverridden = "ExternalScaleOverridden";

    public const string Resumed = "Resumed";
}
