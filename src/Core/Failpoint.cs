using System.Diagnostics;

namespace HttpSd.Core;

/// <summary>
/// Lets a test kill a real process at an exact step: <c>HTTPSD_FAILPOINT=after-claim</c> ends it there as
/// <c>kill -9</c> does, <c>throw-after-run</c> is a fault of ours there. Without the variable it does nothing.
/// </summary>
public static class Failpoint
{
    /// <summary>Worker: the job is this worker's.</summary>
    public const string AfterClaim = "after-claim";

    /// <summary>Worker: its lease was lengthened once.</summary>
    public const string AfterFirstBeat = "after-first-beat";

    /// <summary>Worker: the script has ended, nothing is stored.</summary>
    public const string AfterRun = "after-run";

    /// <summary>Worker: the result is stored.</summary>
    public const string AfterCommit = "after-commit";

    /// <summary>Worker: the job is done.</summary>
    public const string AfterFinish = "after-finish";

    /// <summary>Publisher: a new or changed definition is stored, no run is asked for.</summary>
    public const string AfterDefinition = "after-definition";

    /// <summary>Publisher: its run is asked for, older runs are not fenced off.</summary>
    public const string AfterDemand = "after-demand";

    /// <summary>Publisher: a definition is removed, its jobs and lists are not.</summary>
    public const string AfterRemoval = "after-removal";

    /// <summary>Publisher: everything is published, and nobody was told that it is complete.</summary>
    public const string BeforeSeal = "before-seal";

    /// <summary>Ledger: the reload is noted as begun.</summary>
    public const string AfterReloadNoted = "after-reload-noted";

    /// <summary>Ledger: the run is asked for.</summary>
    public const string AfterReloadAsked = "after-reload-asked";

    /// <summary>Ledger: the lists are cleared.</summary>
    public const string AfterReloadCleared = "after-reload-cleared";

    /// <summary>Ledger: the reload is noted as done.</summary>
    public const string AfterReloadDone = "after-reload-done";

    /// <summary>Operator: the store holds what the object says, its status doesn't say so.</summary>
    public const string BeforeStatus = "before-status";

    /// <summary>Operator: the status is written, its events are not.</summary>
    public const string AfterStatus = "after-status";

    private static readonly string? Wanted = Environment.GetEnvironmentVariable("HTTPSD_FAILPOINT");

    /// <summary>Ends the process when this is the step that is wanted.</summary>
    public static void Reach(string step)
    {
        if (Wanted is null)
            return;
        if (Wanted == "throw-" + step)
            throw new InvalidOperationException("failpoint " + step);
        if (step != Wanted)
            return;
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }
}
