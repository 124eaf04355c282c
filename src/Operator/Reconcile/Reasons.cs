using HttpSd.Core.Definitions;
using HttpSd.Core.Runs;

namespace HttpSd.Operator.Reconcile;

/// <summary>The condition types.</summary>
internal static class ConditionTypes
{
    /// <summary>The path answers with a list.</summary>
    public const string Ready = "Ready";

    /// <summary>Server and workers have this spec.</summary>
    public const string Published = "Published";

    /// <summary>Runs succeed.</summary>
    public const string Generating = "Generating";
}

/// <summary>The words that conditions and events give for what they say. docs/spec/targetgenerator.md lists them all.</summary>
internal static class Reasons
{
    /// <summary>The store holds what the object says.</summary>
    public const string Published = "Published";

    /// <summary>A field is wrong; the message names it.</summary>
    public const string InvalidSpec = "InvalidSpec";

    /// <summary>There is no ConfigMap of the name in <c>scriptFrom</c>.</summary>
    public const string ConfigMapMissing = LookupReasons.ConfigMapMissing;

    /// <summary>The ConfigMap lacks the key.</summary>
    public const string KeyMissing = LookupReasons.KeyMissing;

    /// <summary>The key holds binary data.</summary>
    public const string BinaryData = LookupReasons.BinaryData;

    /// <summary>An older object has the path.</summary>
    public const string PathConflict = "PathConflict";

    /// <summary>There is no WorkerPool of the name in <c>workerPool</c>.</summary>
    public const string PoolNotFound = "PoolNotFound";

    /// <summary>The WorkerPool does not admit the object's namespace.</summary>
    public const string PoolNotAllowed = "PoolNotAllowed";

    /// <summary>Redis can't be reached.</summary>
    public const string StoreUnavailable = "StoreUnavailable";

    /// <summary>No definition is published, so nothing runs.</summary>
    public const string NotPublished = "NotPublished";

    /// <summary>The last run succeeded.</summary>
    public const string RunSucceeded = "RunSucceeded";

    /// <summary>The targets stand in the object; nothing runs.</summary>
    public const string Static = "Static";

    /// <summary>No run has ended yet.</summary>
    public const string FirstRunPending = "FirstRunPending";

    /// <summary>The changed definition has not run yet; or a list has expired, and the run that was asked for waits.</summary>
    public const string RunPending = "RunPending";

    /// <summary>The last run failed.</summary>
    public const string RunFailed = "RunFailed";

    /// <summary>The last run did not end within <c>timeout</c>.</summary>
    public const string RunTimedOut = "RunTimedOut";

    /// <summary>The object says <c>suspend</c>.</summary>
    public const string Suspended = "Suspended";

    /// <summary>The last good list is served though it is not what the object asks for now.</summary>
    public const string ServingLastGood = "ServingLastGood";

    /// <summary>Event: the annotation was acted upon.</summary>
    public const string Reloaded = "Reloaded";

    /// <summary>Event: the annotation can't be acted upon yet.</summary>
    public const string ReloadWaiting = "ReloadWaiting";

    /// <summary>Event: a path is gone.</summary>
    public const string PathRemoved = "PathRemoved";

    /// <summary>Event: <c>suspend</c> was taken back.</summary>
    public const string Resumed = "Resumed";

    // A script may raise an exception of any name, and a reason comes from a closed set.
    private static readonly HashSet<string> Own =
    [
        FailureTypes.InvalidResult, FailureTypes.ResultTooLarge, FailureTypes.TargetsShrunk,
        FailureTypes.InterpreterNotAllowed, FailureTypes.InterpreterDied, FailureTypes.WorkerLost,
    ];

    /// <summary>Whether the reason is one of HttpSd's own error types.</summary>
    public static bool IsOwnFailure(string reason) => Own.Contains(reason);

    /// <summary>The reason of a failed run: HttpSd's own error type, or one of the two general words.</summary>
    public static string OfFailure(RunObservation run) =>
        run.Outcome == RunOutcome.Timeout ? RunTimedOut
        : run.ErrorType is { } type && Own.Contains(type) ? type
        : RunFailed;
}
