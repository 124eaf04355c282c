using System.Runtime.InteropServices;

namespace HttpSd.Worker.Agent;

/// <summary>
/// Lets a test kill a real worker at an exact step: <c>HTTPSD_FAILPOINT=after-claim</c> ends the process there
/// as <c>kill -9</c> does, <c>throw-after-run</c> is a fault of ours there. Without the variable it does nothing.
/// </summary>
internal static partial class Failpoint
{
    public const string AfterClaim = "after-claim";
    public const string AfterFirstBeat = "after-first-beat";
    public const string AfterRun = "after-run";
    public const string AfterCommit = "after-commit";
    public const string AfterFinish = "after-finish";

    private static readonly string? Wanted = Environment.GetEnvironmentVariable("HTTPSD_FAILPOINT");

    public static void Reach(string step)
    {
        if (step == Wanted)
            _ = Kill(Environment.ProcessId, 9);
        if (Wanted is not null && Wanted.StartsWith("throw-", StringComparison.Ordinal) && Wanted[6..] == step)
            throw new InvalidOperationException("failpoint " + step);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
