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

    public static ObjectiveVerdict Verdict(Workload work, Capacity capacity, double predicted, int needed, Bounds bounds)
    {
        // Nothing waits: what the next job would meet is no breach yet.
        if (work.Pending <= 0 || Math.Max(work.OldestAge, predicted) <= bounds.Objective)
            return new ObjectiveVerdict(true, ObjectiveReason.WithinObjective);
        if (needed > bounds.Max)
        {
            var overloaded = work.ArrivalRate * work.LongService > (double)bounds.Max * bounds.Concurrency;
            return new ObjectiveVerdict(false, overloaded ? ObjectiveReason.Overloaded : ObjectiveReason.AtMaxReplicas);
        }
        return new ObjectiveVerdict(
            false, capacity.Lead > bounds.Objective ? ObjectiveReason.ColdStartExceedsObjective : ObjectiveReason.CatchingUp);
    }
}
