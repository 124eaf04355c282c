namespace HttpSd.Operator.Scaling;

/// <summary>
/// From what is known of a queue and its Deployment to a number of replicas: no clock, no I/O. Read it as: is the
/// queue known, what does it need, may the pool become smaller, what does the status say of all that.
/// </summary>
internal static class ScalingPolicy
{
    // As long as it takes new Pods to fill, and some looks more.
    private static readonly TimeSpan Untaken = TimeSpan.FromSeconds(20);

    public static ScalingDecision Decide(ScalingState state, ScalingSample sample, ScalingSpec spec)
    {
        state = state.StartedAt is null ? state with { StartedAt = sample.Now } : state;
        return sample.Queue is { } queue && sample.Now - queue.At <= spec.StaleAfter
            ? Known(state, sample, queue, spec)
            : Unknown(state, sample, spec);
    }

    /// <summary>Unknown is not zero: the size stays, and after a while a floor may raise it.</summary>
    private static ScalingDecision Unknown(ScalingState state, ScalingSample sample, ScalingSpec spec)
    {
        var (bounds, replicas) = (new Bounds(spec), sample.Deployment.Replicas);
        var unknownFor = sample.Now - (state.KnownAt ?? state.StartedAt ?? sample.Now);
        var fallback = spec.Fallback is { } rule && unknownFor >= rule.After ? bounds.Clamp(rule.Replicas) : (int?)null;
        var desired = bounds.Clamp(Math.Max(replicas, fallback ?? 0));
        var needed = state.Marks.IsEmpty ? desired : state.Marks[^1].Now;
        return new ScalingDecision
        {
            Desired = desired,
            Needed = needed,
            Fallback = fallback is not null,
            Holding = Hold.Unknown,
            Limited = fallback is null && needed > bounds.Max ? Limit.AtMax : Limit.None,
            ObjectiveMet = new ObjectiveVerdict(null, ObjectiveReason.QueueUnknown),
            Why = Sentences.Unknown(state.KnownAt, desired, fallback),
            // Whether it was idle, and whether jobs are stuck, has to be seen anew.
            Next = state with { IdleSince = null, StuckSince = null, RaisedAt = desired > replicas ? sample.Now : state.RaisedAt },
        };
    }

    private static ScalingDecision Known(ScalingState state, ScalingSample sample, QueueSample queue, ScalingSpec spec)
    {
        var (now, deployment, bounds) = (sample.Now, sample.Deployment, new Bounds(spec));
        var replicas = Math.Max(0, deployment.Replicas);

        // 1. After a start or a gap, the size that is found counts as needed: who knows why it was chosen.
        if (!(now - state.KnownAt <= spec.StaleAfter))
            state = state with { Marks = [new Mark(now, replicas, replicas)], IdleSince = null, AdoptedAt = now };
        // What was decided at the look before is written right after it.
        state = state with { KnownAt = now, Replicas = replicas, GrownAt = replicas > state.Replicas ? state.KnownAt : state.GrownAt };

        // 2. What is there to be done, and with what?
        var (pending, processing) = ((double)Math.Max(0, queue.Pending), (double)Math.Max(0, queue.Processing));
        var running = Math.Min(processing, (double)bounds.Concurrency * Math.Max(0, deployment.Pods));
        state = Learning.CountStarts(Learning.Count(state, queue, running, spec), deployment.StartUps) with
        {
            IdleSince = Idle(state, queue, now),
            StuckSince = processing > running ? state.StuckSince ?? now : null,
        };
        var estimates = state.Estimates;
        var work = new Workload(
            pending, running, Math.Max(0, queue.OldestPendingAge.TotalSeconds), estimates.ArrivalRate, estimates.LongService, estimates.Service);
        var capacity = Slots(state, deployment, replicas, now, bounds);
        state = state with { UntakenSince = Outlook.IsUntaken(work, capacity, bounds) ? state.UntakenSince ?? now : null };

        // 3. What does it need? A job that nobody can be running needs one worker, to take it back.
        var demand = Demand.Of(work, capacity, bounds);
        var load = bounds.Replicas(demand.Load);
        var needed = Math.Max(load, bounds.Replicas(demand.Total));
        needed = Math.Max(needed, pending > 0 || processing > 0 ? 1 : 0);
        state = Shrinking.Remember(state, new Mark(now, load, needed), spec);

        // 4. Up at once, down by the rules.
        var (desired, holding) = needed >= replicas
            ? (needed, Hold.None)
            : Smaller(state, sample, work, needed, spec, bounds);
        desired = bounds.Clamp(desired);
        state = Shrinking.Turn(state, replicas, desired, now, spec);

        // 5. What does the status say?
        var predicted = Outlook.PredictedWait(work, capacity, (double)(bounds.Acts ? desired : replicas) * bounds.Concurrency);
        var overdue = capacity.Coming > 0 && (now - state.GrownAt)?.TotalSeconds > capacity.Lead + bounds.Objective;
        var decision = new ScalingDecision
        {
            Desired = desired,
            Needed = needed,
            PredictedWait = predicted,
            Limited = needed > bounds.Max ? Limit.AtMax : needed < bounds.Min && desired == bounds.Min ? Limit.AtMin : Limit.None,
            Holding = desired > needed && desired > bounds.Min ? holding : Hold.None,
            StuckProcessing = now - state.StuckSince >= spec.LongestRun,
            ObjectiveMet = new ObjectiveVerdict(null, ObjectiveReason.QueueUnknown),
            Why = "",
            Next = state,
        };
        return decision with
        {
            ObjectiveMet = Outlook.Verdict(work, capacity, decision, replicas, new Signs(now - state.UntakenSince >= Untaken, overdue), bounds),
            Why = Sentences.Known(work, demand, capacity, decision, bounds),
        };
    }

    private static (int Desired, Hold Why) Smaller(
        ScalingState state, ScalingSample sample, Workload work, int needed, ScalingSpec spec, Bounds bounds)
    {
        var replicas = sample.Deployment.Replicas;
        if (sample.Deployment.RollingOut)
            return (replicas, Hold.RollingOut);
        // Less would do if the reckoning were right, and it is not.
        if (work.Pending > 0 && work.OldestAge > bounds.Objective)
            return (replicas, Hold.Late);
        var floor = Shrinking.Floor(state, sample.Now, spec);
        var to = Math.Min(replicas, Math.Max(Math.Max(needed, bounds.Replicas(work.Running)), floor));
        var why = to == needed ? Hold.None
            : sample.Now - state.AdoptedAt < spec.ScaleDown.LoadWindow && floor >= replicas ? Hold.Adopted : Hold.Window;
        // Zero is left to a pool that has long been idle.
        if (to == 0 && !(sample.Now - state.IdleSince >= spec.ScaleDown.IdleAfter))
            (to, why) = (1, Hold.NotIdle);
        to = bounds.Clamp(to);
        return to < replicas && Shrinking.IsDead(replicas, to, bounds.Min, spec) ? (replicas, Hold.Deadband) : (to, why);
    }

    /// <summary>Nothing waits or runs, and nothing has come or gone since the reading before.</summary>
    private static DateTimeOffset? Idle(ScalingState state, QueueSample queue, DateTimeOffset now)
    {
        if (queue is not { Pending: <= 0, Processing: <= 0 })
            return null;
        return state.Counted is not { } before ? now
            : (queue.Enqueued, queue.Completed) != (before.Enqueued, before.Completed) ? null
            : queue.At == before.At ? state.IdleSince : state.IdleSince ?? now;
    }

    private static Capacity Slots(
        ScalingState state, DeploymentSample deployment, int replicas, DateTimeOffset now, Bounds bounds)
    {
        var ready = Math.Max(0, deployment.Ready);
        var lead = state.StartUpSeconds + bounds.Interval;
        // Pods that are overdue are taken to come with the next look: to ask for more of them would not help.
        var since = state.GrownAt is { } grown ? Math.Max(0, (now - grown).TotalSeconds) : 0;
        var comingIn = Math.Clamp(lead - since, bounds.Interval, Math.Max(lead, bounds.Interval));
        return new Capacity(
            (double)ready * bounds.Concurrency, (double)Math.Max(0, replicas - ready) * bounds.Concurrency, comingIn, lead);
    }
}
