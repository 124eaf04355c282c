namespace HttpSd.Operator.Scaling;

/// <summary>How long jobs will wait with the size that was decided.</summary>
internal static class Outlook
{
    private const double Day = 86_400;

    /// <summary>Seconds until a job that is enqueued now starts, with the slots that were decided.</summary>
    public static double PredictedWait(Workload work, Capacity capacity, double desired)
    {
        var free = capacity.Ready - work.Running;
        if (work.Pending < free)
            return 0;
        var coming = Math.Max(0, desired - capacity.Ready);
        if (capacity.Ready + coming <= 0)
            return work.Pending > 0 ? Day : Math.Min(Day, capacity.Lead);

        // A slot that is free takes a job at once; what is left is done by the busy ones as they come free.
        var slotSeconds = Math.Max(0, work.Pending - Math.Max(0, free)) * work.Service;
        var alone = capacity.Ready > 0 ? slotSeconds / capacity.Ready : double.PositiveInfinity;
        var helped = (slotSeconds + (coming * capacity.Lead)) / (capacity.Ready + coming);
        return Math.Clamp(Math.Min(alone, Math.Max(helped, 0)), 0, Day);
    }

    /// <summary>
    /// A job has waited for too long, and most slots that could take it are free. Fair shares leave at most half of a
    /// worker's slots free.
    /// </summary>
    public static bool IsUntaken(Workload work, Capacity capacity, Bounds bounds) =>
        work.Pending > 0 && work.OldestAge > bounds.Objective && work.Running * 2 < capacity.Ready;

    /// <summary>Whether the objective is met, and if not, the reason that a person can do most about.</summary>
    /// <param name="work">What there is to do.</param>
    /// <param name="capacity">And with what.</param>
    /// <param name="decision">As far as it is made.</param>
    /// <param name="replicas">The size as it is.</param>
    /// <param name="signs">What has lasted for longer than it takes to pass by itself.</param>
    /// <param name="bounds">The spec.</param>
    public static ObjectiveVerdict Verdict(
        Workload work, Capacity capacity, ScalingDecision decision, int replicas, Signs signs, Bounds bounds)
    {
        var needed = decision.Needed;
        // Nothing waits: what the next job would meet is no breach yet.
        if (work.Pending <= 0 || Math.Max(work.OldestAge, decision.PredictedWait ?? 0) <= bounds.Objective)
            return new ObjectiveVerdict(true, ObjectiveReason.WithinObjective);
        if (signs.Untaken)
            return new ObjectiveVerdict(false, ObjectiveReason.WorkersIdle);
        if (signs.Overdue)
            return new ObjectiveVerdict(false, ObjectiveReason.PodsNotReady);
        if (!bounds.Acts && decision.Desired > replicas)
            return new ObjectiveVerdict(false, ObjectiveReason.SizeNotSet);
        if (needed > bounds.Max)
        {
            var overloaded = work.ArrivalRate * work.LongService > (double)bounds.Max * bounds.Concurrency;
            return new ObjectiveVerdict(false, overloaded ? ObjectiveReason.Overloaded : ObjectiveReason.AtMaxReplicas);
        }
        return new ObjectiveVerdict(
            false, capacity.Lead > bounds.Objective ? ObjectiveReason.ColdStartExceedsObjective : ObjectiveReason.CatchingUp);
    }
}

/// <summary>What keeps jobs waiting and doesn't pass by itself.</summary>
/// <param name="Untaken">Most slots are free, and have been.</param>
/// <param name="Overdue">Pods should have been ready long ago.</param>
internal readonly record struct Signs(bool Untaken, bool Overdue);
