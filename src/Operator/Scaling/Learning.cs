using System.Collections.Immutable;

namespace HttpSd.Operator.Scaling;

/// <summary>Learns from the differences between readings what they don't say themselves.</summary>
internal static class Learning
{
    private const double LongSeconds = 180;
    private const double ShortSeconds = 15;

    // What was known before is worth so many jobs, so that the first few don't upset it.
    private const double PriorJobs = 5;

    // How much of it is left when what a window has seen goes by: many jobs replace it, a few only move it.
    private const double MemoryJobs = 20;

    private const int Starts = 20;
    private const int PriorStarts = 5;

    private const int Rates = 12;
    private const int Bursts = 2;

    /// <summary>Counts a reading, once however often it is shown; <c>running</c> is what its Pods can be running of it.</summary>
    public static ScalingState Count(ScalingState state, QueueSample queue, double running, ScalingSpec spec)
    {
        // After a start, a gap or a wiped Redis, there is nothing to compare with.
        if (state.Counted is not { } before || queue.Enqueued < before.Enqueued || queue.Completed < before.Completed
            || queue.At < before.At || queue.At - before.At > spec.StaleAfter)
            return state with { Counted = queue, CountedRunning = running };
        // Asked in between, for a change of the Deployment: too short a time to tell rates from.
        var bounds = new Bounds(spec);
        var seconds = (queue.At - before.At).TotalSeconds;
        if (seconds < bounds.Interval / 2)
            return state;

        var tick = new Tick(
            queue.At, seconds, Busy: 0, (double)queue.Completed - before.Completed, (double)queue.Enqueued - before.Enqueued);
        tick = tick with { Busy = Busy(state, queue, running, tick) };
        var gone = state.Ticks.TakeWhile(t => (queue.At - t.At).TotalSeconds >= LongSeconds).ToArray();
        var prior = Math.Clamp(Service(gone, state.Prior.ServiceSeconds, MemoryJobs), 0.01, bounds.LongestRun);
        ImmutableArray<Tick> ticks = [.. state.Ticks.Skip(gone.Length), tick];
        return state with
        {
            Counted = queue,
            CountedRunning = running,
            Ticks = ticks,
            Prior = state.Prior with { ServiceSeconds = prior },
            Estimates = Estimate(ticks, state.Prior with { ServiceSeconds = prior }, bounds),
        };
    }

    /// <summary>Adds the starts that are later than the latest known one.</summary>
    public static ScalingState CountStarts(ScalingState state, IReadOnlyList<StartUp> startUps)
    {
        if (startUps.Count == 0)
            return state;
        var latest = state.StartUps.IsEmpty ? DateTimeOffset.MinValue : state.StartUps[^1].ReadyAt;
        var fresh = startUps.Where(s => s.ReadyAt > latest).OrderBy(s => s.ReadyAt).ToArray();
        return fresh.Length == 0 ? state : state with { StartUps = [.. state.StartUps.Concat(fresh).TakeLast(Starts)] };
    }

    /// <summary>Of nine Pods in ten; few of them only move what was known before.</summary>
    public static double StartUpSeconds(ImmutableArray<StartUp> startUps, double prior)
    {
        if (startUps.IsEmpty)
            return prior;
        var sorted = startUps.Select(s => s.Took).Order().ToArray();
        var seconds = Math.Clamp(sorted[(int)Math.Ceiling(0.9 * sorted.Length) - 1].TotalSeconds, 0, 3_600);
        var weight = Math.Min(1.0, (double)sorted.Length / PriorStarts);
        return (weight * seconds) + ((1 - weight) * prior);
    }

    /// <summary>
    /// Slot-seconds between two readings, by what ran at both. A batch that comes at a whole minute meets the same
    /// side of a reading each time, so two cases are looked at more closely; otherwise few long jobs would be seen
    /// in many short ones, more Pods make them seem longer still, and the pool would grow to its maximum.
    /// </summary>
    private static double Busy(ScalingState state, QueueSample queue, double running, Tick tick)
    {
        var (before, seconds) = (state.CountedRunning, tick.Seconds);
        var (hadBacklog, hasBacklog) = (state.Counted!.Pending > 0, queue.Pending > 0);
        // What runs more than before came with the backlog, which may be younger than half the time.
        if (!hadBacklog && hasBacklog && running > before)
            return (before * seconds) + ((running - before) * Math.Clamp(queue.OldestPendingAge.TotalSeconds, 0, seconds / 2));
        // The backlog is done, who knows when: no more than the jobs should have taken.
        var mean = (before + running) / 2 * seconds;
        return hadBacklog && !hasBacklog ? Math.Min(mean, Math.Max(running * seconds, tick.Completed * state.Estimates.LongService)) : mean;
    }

    private static Estimates Estimate(ImmutableArray<Tick> ticks, Learned prior, Bounds bounds)
    {
        var all = Service(ticks, prior.ServiceSeconds, PriorJobs);
        var recent = Service(ticks.Where(t => (ticks[^1].At - t.At).TotalSeconds < ShortSeconds), all, PriorJobs);
        return new Estimates(
            Math.Clamp(all, 0.01, bounds.LongestRun), Math.Clamp(Math.Max(all, recent), 0.01, bounds.LongestRun), Rate(ticks, prior));
    }

    /// <summary>Busy time by completed jobs sees the slow ones while they still run; a mean of run times, only when they end.</summary>
    private static double Service(IEnumerable<Tick> ticks, double prior, double priorJobs)
    {
        var (busy, completed) = (priorJobs * prior, priorJobs);
        foreach (var tick in ticks)
            (busy, completed) = (busy + tick.Busy, completed + tick.Completed);
        return busy / completed;
    }

    private static double Rate(ImmutableArray<Tick> ticks, Learned prior)
    {
        var rates = ticks.TakeLast(Rates).Select(t => t.Arrived / t.Seconds)
            .Concat(Enumerable.Repeat(prior.ArrivalRate, Math.Max(0, Rates - ticks.Length)));
        return Math.Min(1e6, rates.Order().Take(Rates - Bursts).Average());
    }
}
