namespace HttpSd.LocalCluster.History.Promises;

/// <summary>Promise 2: what was queued is run, and the run ends with a result or an error.</summary>
internal static class LostDemand
{
    // Of ENQUEUE: enqueued, queued, healed, runs again afterwards; 5 is a run under way.
    private const int First = 1, Again = 4, Running = 5;

    // Of FINISH: the job has left the queue.
    private const int Gone = 1;

    public static IEnumerable<string> Violations(Histories h, PromiseBounds bounds) => Unmet(h, bounds).Concat(Dropped(h));

    private static IEnumerable<string> Unmet(Histories h, PromiseBounds bounds)
    {
        var cancels = h.Calls.Where(c => c.Script == "cancel").ToList();
        foreach (var demand in h.Calls.Where(c => c is { Script: "enqueue", IsAnswered: true, Code: >= First and <= Running }))
        {
            if (h.EpochOf(demand) is not { } epoch)
                continue;
            var deadline = h.CalmFrom(demand.End, bounds.Demand) + bounds.Demand;
            if (deadline <= h.Bounds(epoch).To && !IsMet(h, demand, deadline, cancels))
                yield return $"no lost demand: {demand.Path} was asked for ({demand.Code}) and no run of it ended";
        }
    }

    // Demand during a run is the run's to hand on; whoever asks next would hide that it was dropped.
    private static IEnumerable<string> Dropped(Histories h)
    {
        foreach (var path in h.ByPath)
        {
            var asked = path.Where(c => c is { Script: "enqueue", IsAnswered: true, Code: Again }).ToList();
            foreach (var finish in path.Where(c => c is { Script: "finish", Code: Gone }))
            {
                if (path.FirstOrDefault(c => c.Script == "claim" && c.Token == finish.Token) is { } claim && h.EpochOf(claim) is { } epoch && h.EpochOf(finish) == epoch
                    && asked.Any(a => a.Begin > claim.End && a.End < finish.Begin))
                    yield return $"no lost demand: {path.Key} was asked for again during {finish.Token}, and went with it";
            }
        }
    }

    private static bool IsMet(Histories h, Call demand, long deadline, List<Call> cancels)
    {
        var later = h.ByPath[demand.Path].Where(c => c.MayBeWithin(demand.Begin, deadline)).ToList();
        var claims = later.Where(c => c.Script == "claim" && c.IsAnswered).ToList();
        return later.Any(c => Ends(c) && (demand.Code == Running || IsGivenUp(h, c) || claims.Any(r => r.Token == c.Token)))
            // Asked for by one who had not seen yet what was stored meanwhile.
            || (demand.Arguments.ContainsKey("seen") && HasCome(h, demand, deadline) && later.Any(c => IsDone(c) && claims.Any(r => r.Token == c.Token)))
            // The lost run had stored its result.
            || later.Any(c => c is { Script: "raise", Code: 2 })
            || later.Any(c => c.Script == "delete")
            || cancels.Any(c => c.List.Contains(demand.Path) && c.MayBeWithin(demand.Begin, deadline))
            // Killed so soon after its end that this is missing; who asks next shows whether it was so.
            || (claims.MaxBy(c => c.Token) is { } last && h.MayHaveUnseenEnd(last, deadline) && !later.Any(c => IsDone(c) && c.Token == last.Token));
    }

    // Stored, stored before, or a newer one had come to an end.
    private static bool Ends(Call c) => c is { Script: "commit", IsAnswered: true, Code: >= -1 and <= 2 } or { Script: "fail", IsAnswered: true, Code: >= -1 and <= 2 };

    // By a sweep, under a token that nobody has claimed.
    private static bool IsGivenUp(Histories h, Call c) => c.Script == "fail" && !h.ByPath[c.Path].Any(r => r.Script == "claim" && r.Token == c.Token);

    private static bool IsDone(Call c) => c is { Script: "finish", Code: > 0 };

    private static bool HasCome(Histories h, Call demand, long deadline) => h.ByPath[demand.Path].Any(
        c => c.Script == "commit" && c.Begin < deadline && c.Code is 0 or 1 or 2 && c.Token > demand.Number("seen"));
}
