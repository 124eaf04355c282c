using HttpSd.LocalCluster.History.Promises;

namespace HttpSd.LocalCluster.History;

/// <summary>What a check found.</summary>
/// <param name="Calls">That all processes made.</param>
/// <param name="Runs">Jobs that were claimed.</param>
/// <param name="Again">Of them those that repeat a lost one.</param>
/// <param name="Answers">Lists that were asked for from outside.</param>
/// <param name="Reloads">Reloads that were confirmed.</param>
/// <param name="Violations">What was promised and not kept.</param>
internal sealed record HistoryReport(long Calls, int Runs, int Again, int Answers, int Reloads, IReadOnlyList<string> Violations);

/// <summary>
/// Judges histories by the seven promises. A promise that may have been kept was kept: what is accused here can't have
/// come to pass in any order in which the calls may have been carried out. The third, that a job may run more than
/// once, forbids nothing.
/// </summary>
internal static class HistoryChecker
{
    public static HistoryReport Check(Histories h, PromiseBounds bounds)
    {
        var runs = h.Calls.Where(c => c is { Script: "claim", IsAnswered: true } && c.Path.Length > 0).ToList();
        return new HistoryReport(
            h.CallCount,
            runs.Count,
            runs.Count(c => c.Number("lost") > 0),
            h.Answers.Count,
            h.Reloads.Count(r => r.Status == 200),
            [
                .. h.Processes.Values.Where(p => !p.IsComplete).Select(p => $"the history of {p.Name} is not complete"),
                .. OneOwner.Violations(h, bounds),
                .. LostDemand.Violations(h, bounds),
                .. OrderedResults.Violations(h),
                .. ReloadedResults.Violations(h, bounds),
                .. WholeResults.Violations(h),
                .. BoundedAge.Violations(h, bounds),
                .. BoundedQueue.Violations(h),
            ]);
    }
}
