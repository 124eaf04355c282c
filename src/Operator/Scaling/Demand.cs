namespace HttpSd.Operator.Scaling;

/// <summary>Slots that a pool needs, before any rule about its size.</summary>
/// <param name="Load">For what arrives steadily.</param>
/// <param name="Total">For everything: the backlog is to be started before its deadline.</param>
/// <param name="TimeLeft">Seconds until the oldest pending job has waited too long; never less than a quarter of the objective.</param>
internal readonly record struct Demand(double Load, double Total, double TimeLeft)
{
    /// <summary>One job in a hundred may wait longer: ln(1/0.01).</summary>
    private const double Tail = 4.605;

    public static Demand Of(Workload work, Capacity capacity, Bounds bounds)
    {
        var objective = bounds.Objective;
        var timeLeft = Math.Max(objective - work.OldestAge, objective / 4);

        // 1. Little's law, and so much more that the steady queue's tail stays below the objective.
        var load = work.ArrivalRate * work.LongService;
        var headroom = load > 0 ? work.LongService / objective * Tail : 0;

        // 2. The backlog must have been started before its deadline, by what there is and what can still come.
        var backlog = Backlog(work, load, capacity, timeLeft, objective);

        // 3. There is no use for more slots than jobs.
        var cap = work.Running + work.Pending + (work.ArrivalRate * capacity.Lead) + headroom;
        var steady = Math.Min(load + headroom, cap);
        var total = Math.Min(Math.Max(backlog, load + headroom), cap);
        if (work.Pending > 0)
            total = Math.Max(total, work.Running);
        return new Demand(steady, total, timeLeft);
    }

    /// <summary>
    /// The slots <c>s</c> that do the work in time. It only grows with the backlog and with its age, which the
    /// three cases meet without a step for.
    /// </summary>
    private static double Backlog(Workload work, double load, Capacity capacity, double timeLeft, double objective)
    {
        if (work.Pending <= 0)
            return load;
        var slotSeconds = work.Pending * work.Service;
        var (ready, coming, eta, lead) = (capacity.Ready, capacity.Coming, capacity.ComingIn, capacity.Lead);

        // What is ready is enough: s·T = Q·S + a·T.
        var slots = (slotSeconds / timeLeft) + load;
        if (slots <= ready)
            return slots;

        // Some of what is starting is needed: R·T + (s − R)·(T − eta) = Q·S + a·T.
        if (timeLeft > eta)
        {
            slots = ready + ((slotSeconds + ((load - ready) * timeLeft)) / (timeLeft - eta));
            if (slots <= ready + coming)
                return slots;
        }

        // More is needed, and it works from its start to the deadline, or for a quarter of the objective when that is too late.
        var until = Math.Max(timeLeft, lead + (objective / 4));
        var rest = slotSeconds + ((load - ready) * until) - (coming * Math.Max(0, until - eta));
        return ready + coming + (Math.Max(0, rest) / (until - lead));
    }
}

/// <summary>The work there is.</summary>
internal readonly record struct Workload(
    double Pending, double Running, double OldestAge, double ArrivalRate, double LongService, double Service);

/// <summary>Slots that work, and when others do.</summary>
/// <param name="Ready">They work now.</param>
/// <param name="Coming">They are starting.</param>
/// <param name="ComingIn">Seconds until those work.</param>
/// <param name="Lead">Seconds until one that is asked for now works.</param>
internal readonly record struct Capacity(double Ready, double Coming, double ComingIn, double Lead);
