using static System.FormattableString;

namespace HttpSd.Operator.Scaling;

/// <summary>The one sentence that says why a pool has its size.</summary>
internal static class Sentences
{
    public static string Unknown(DateTimeOffset? known, int replicas, int? fallback) =>
        (known is { } at ? Invariant($"the queue has been unknown since {at.UtcDateTime:HH:mm:ss} UTC") : "the queue has not been read yet")
        + Invariant($": keeps {Count(replicas)}") + (fallback is { } floor ? Invariant($", the fallback is at least {floor}") : "");

    public static string Known(Workload work, Demand demand, Capacity capacity, ScalingDecision decision, Bounds bounds)
    {
        var need = Need(work, demand, capacity, bounds);
        return decision switch
        {
            { Limited: Limit.AtMax } => Invariant($"{need}: needs {decision.Needed}, the maximum is {bounds.Max}"),
            { Holding: Hold.RollingOut } => Invariant($"{need}: keeps {Count(decision.Desired)} during the rollout"),
            { Holding: Hold.Adopted } => Invariant($"{need}: keeps {Count(decision.Desired)} until the pool has been watched for a while"),
            { Holding: Hold.Late } => Invariant($"{need}: keeps {Count(decision.Desired)}, because a job waits for too long"),
            { Holding: Hold.Window } => Invariant($"{need}: keeps {Count(decision.Desired)}, as many as were needed a short while ago"),
            { Holding: Hold.Deadband } => Invariant($"{need}: keeps {Count(decision.Desired)}, one less would save little"),
            { Holding: Hold.NotIdle } => Invariant($"{need}: keeps {Count(decision.Desired)} until it has been idle for long enough"),
            { Limited: Limit.AtMin } => Invariant($"{need}: the minimum is {bounds.Min}"),
            _ => need,
        };
    }

    private static string Need(Workload work, Demand demand, Capacity capacity, Bounds bounds)
    {
        if (work.Pending > 0 && bounds.Replicas(demand.Total) > bounds.Replicas(demand.Load))
            return Invariant($"backlog {work.Pending:0} {(work.Pending == 1 ? "job" : "jobs")} x {Seconds(work.Service)} must clear in {demand.TimeLeft:0} s")
                + (demand.TimeLeft < capacity.Lead ? Invariant($", and a Pod takes {capacity.Lead:0} s to start") : "");
        if (demand.Load > 0)
            return Invariant($"{work.ArrivalRate:0.0#} jobs a second x {Seconds(work.LongService)} keep {demand.Load:0.0} slots busy");
        return work.Running > 0 ? (work.Running == 1 ? "1 job is running" : Invariant($"{work.Running:0} jobs are running")) : "no jobs";
    }

    private static string Seconds(double value) => value < 0.095 ? Invariant($"{value * 1000:0} ms") : Invariant($"{value:0.0} s");

    private static string Count(int replicas) => replicas == 1 ? "1 replica" : Invariant($"{replicas} replicas");
}
