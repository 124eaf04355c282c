namespace HttpSd.LocalCluster.History;

/// <summary>What the promises leave open, in nanoseconds.</summary>
/// <param name="Grace">How long after a lease's end its job stays.</param>
/// <param name="Demand">Within what demand comes to a run's end once nothing is hurt any more: the wait in the queue, a run, and three lost leases.</param>
/// <param name="News">Within what a server has heard of a reload by another one, or of Redis' return, or has asked Redis itself.</param>
/// <param name="Slack">Redis' clock is not the one of the histories, and ages are in whole milliseconds.</param>
internal sealed record PromiseBounds(long Grace, long Demand, long News, long Slack)
{
    /// <summary>Of a history whose queue has this grace.</summary>
    public static PromiseBounds Of(TimeSpan grace, TimeSpan demand) => new(Nanoseconds(grace), Nanoseconds(demand), Nanoseconds(TimeSpan.FromSeconds(5)), 200_000_000);

    public static long Nanoseconds(TimeSpan time) => (long)time.TotalNanoseconds;
}
