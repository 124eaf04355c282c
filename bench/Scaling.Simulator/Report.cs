using HttpSd.Scaling.Simulator.World;
using static System.FormattableString;

namespace HttpSd.Scaling.Simulator;

/// <summary>The page of tables.</summary>
internal static class Report
{
    private static readonly int[] Minimums = [2, 4, 6, 8, 10];

    public static void Write(TextWriter to, Options options)
    {
        var traces = options.Traces;
        var objectives = traces.Select(t => t.Make(options.Seeds[0]).Objective).ToArray();
        var bound = Arena.Run([Contender.Bound(0)], traces, options.Seeds)[0];
        List<int> feasible = [.. Enumerable.Range(0, traces.Count).Where(t => Arena.Median(bound[t].Select(f => f.P99)) <= objectives[t])];

        var sweep = Sweep.Run(options, feasible, objectives);
        var modest = sweep.Modest;
        Contender[] others =
        [
            Contender.Ours(0), Contender.Ours(1), Contender.Knative(0.7, 0), Contender.HpaAlone(4),
            Contender.Keda(Contender.KedaSweep.First(s => s is { Preset: "default", Target: 4, Processing: false, Min: 0 })),
            .. modest is null ? [] : new[] { Contender.Keda(modest) },
        ];
        var cheapest = sweep.Cheapest(options, feasible, objectives);
        // KEDA's minimum was chosen among several, so ours may be, too; the largest is the same as KEDA's.
        int[] minimums = cheapest is null ? [] : [.. Minimums.Where(m => m < cheapest.Min), cheapest.Min];
        Contender[] all = [.. others, .. cheapest is null ? [] : new[] { Contender.Keda(cheapest) }, .. minimums.Select(Contender.Ours)];
        var figures = Arena.Run(all, traces, options.Seeds);
        Standing[] standings = [.. all.Select((c, i) => Standing.Of(c.Name, figures[i], feasible, objectives))];
        List<int> shown = [.. Enumerable.Range(0, others.Length + (cheapest is null ? 0 : 1))];

        to.WriteLine(Invariant($"{options.Seeds.Count} seeds. Every cell: p99 of the wait in s (median of the seeds; worst seed) / thousand replica-seconds / scaling writes (means). **Bold**: beyond the objective.\n"));
        Row(to, ["trace", "possible", .. shown.Select(i => all[i].Name)]);
        Row(to, Enumerable.Repeat("---", shown.Count + 2));
        for (var t = 0; t < traces.Count; t++)
            Row(to, [Title(traces[t], feasible.Contains(t)), Invariant($"{Arena.Median(bound[t].Select(f => f.P99)):0}"), .. shown.Select(i => Cell(figures[i][t], objectives[t]))]);

        to.WriteLine("\nOver the feasible traces:\n");
        Standings(to, [.. shown.Select(i => standings[i])], feasible.Count);
        if (cheapest is not null)
        {
            var (keda, raised) = (standings[others.Length], standings[(others.Length + 1)..]);
            to.WriteLine(Invariant($"\nThe cheapest setting of KEDA that meets the objective everywhere, and HttpSd with minimums up to the same:\n"));
            Standings(to, [keda, .. raised], feasible.Count);
            var best = Array.FindIndex(raised, r => r.Within == feasible.Count && r.Writes <= 0.7 * keda.Writes);
            foreach (var i in new[] { 0, others.Length + 1 + best }.Where(i => i == 0 || best >= 0))
            {
                to.WriteLine(Invariant($"\n{all[i].Name}, against that setting ({cheapest.Name}):\n"));
                Against(to, standings[i], keda, figures[i], traces, feasible);
            }
        }
        if (modest is not null)
        {
            to.WriteLine(Invariant($"\nAgainst the cheapest setting of KEDA with a minimum of 0 or 1 of those that meet the objective most often ({modest.Name}):\n"));
            Against(to, standings[0], standings[others.Length - 1], figures[0], traces, feasible);
        }
        sweep.Write(to, options, feasible.Count, Arena.Run([others[0]], [.. feasible.Select(t => traces[t])], [.. options.Seeds.Take(options.Sweep)])[0]);
        Details(to, traces, all, figures, shown);
    }

    public static void Standings(TextWriter to, IReadOnlyList<Standing> standings, int feasible)
    {
        Row(to, ["", "within the objective", "worst p99 / objective", "late", "replica-seconds", "writes", "reversals", "interrupted", "decreases on unknown"]);
        Row(to, Enumerable.Repeat("---", 9));
        foreach (var s in standings)
            Row(to, [s.Name, Invariant($"{s.Within} of {feasible}"), Invariant($"{s.WorstP99:0.00}"), Invariant($"{s.Late:0.00 %}"), Invariant($"{s.ReplicaSeconds / 1000:0.0} k"), Invariant($"{s.Writes:0}"), Invariant($"{s.Reversals:0}"), Invariant($"{s.Interrupted:0.0}"), Invariant($"{s.DecreasesOnUnknown:0.0}")]);
    }

    private static void Against(
        TextWriter to, Standing ours, Standing keda, Figures[][] figures, IReadOnlyList<Trace> traces, List<int> feasible)
    {
        var interrupted = traces.Select((t, i) => t.GraceSuffices ? figures[i].Sum(f => f.Interrupted) : 0).Sum();
        var decreases = figures.Sum(t => t.Sum(f => f.DecreasesOnUnknown));
        Row(to, ["", "figure", "required"]);
        Row(to, ["---", "---", "---"]);
        Row(to, ["feasible traces within the objective", Invariant($"{ours.Within} of {feasible.Count}"), "all"]);
        Row(to, ["replica-seconds", Invariant($"{ours.ReplicaSeconds / keda.ReplicaSeconds:0 %}"), "at most 85 %"]);
        Row(to, ["scaling writes", Invariant($"{ours.Writes / keda.Writes:0 %}"), "at most 70 %"]);
        Row(to, ["decreases on unknown data, all seeds and traces", Invariant($"{decreases}"), "0"]);
        Row(to, ["interrupted jobs where the grace is long enough, all seeds", Invariant($"{interrupted}"), "0"]);
    }

    private static void Details(TextWriter to, IReadOnlyList<Trace> traces, Contender[] all, Figures[][][] figures, List<int> shown)
    {
        to.WriteLine("\nWaits in s, p50 / p95 / p99 / most (medians of the seeds), and the share of late jobs:\n");
        Row(to, ["trace", .. shown.Select(i => all[i].Name)]);
        Row(to, Enumerable.Repeat("---", shown.Count + 1));
        for (var t = 0; t < traces.Count; t++)
        {
            string Waits(Figures[] f)
            {
                double Of(Func<Figures, double> of) => Arena.Median(f.Select(of));
                return Invariant($"{Of(x => x.P50):0.0} / {Of(x => x.P95):0.0} / {Of(x => x.P99):0.0} / {Of(x => x.Max):0}, {f.Average(x => x.Late):0.0 %}");
            }
            Row(to, [traces[t].Id, .. shown.Select(i => Waits(figures[i][t]))]);
        }
    }

    private static string Title(Trace trace, bool feasible) =>
        $"{trace.Id} {trace.Name}{(trace.HeldOut ? " (held out)" : "")}{(feasible ? "" : " (infeasible)")}";

    private static string Cell(Figures[] seeds, double objective)
    {
        var (p99, worst) = (Arena.Median(seeds.Select(f => f.P99)), seeds.Max(f => f.P99));
        var bold = p99 > objective ? "**" : "";
        return Invariant($"{bold}{p99:0.0}{bold} ({worst:0}) / {seeds.Average(f => f.ReplicaSeconds) / 1000:0.0} / {seeds.Average(f => f.Writes):0}");
    }

    private static void Row(TextWriter to, IEnumerable<string> cells) => to.WriteLine($"| {string.Join(" | ", cells)} |");
}
