using HttpSd.Scaling.Simulator.World;
using static System.FormattableString;

namespace HttpSd.Scaling.Simulator;

/// <summary>The page of tables.</summary>
internal static class Report
{
    // Of the settings that nearly met the objective with the seeds of the sweep, so many of the cheapest meet all seeds.
    private const int Finalists = 16;
    private const double Nearly = 1.1;

    public static void Write(TextWriter to, Options options)
    {
        var traces = options.Traces;
        var objectives = traces.Select(t => t.Make(options.Seeds[0]).Objective).ToArray();
        var bound = Arena.Run([Contender.Bound(0)], traces, options.Seeds)[0];
        List<int> feasible = [.. Enumerable.Range(0, traces.Count).Where(t => Arena.Median(bound[t].Select(f => f.P99)) <= objectives[t])];

        var sweep = Sweep(options, feasible, objectives);
        var finalists = sweep.Where(s => s.Standing.WorstP99 <= Nearly).OrderBy(s => s.Standing.ReplicaSeconds).Take(Finalists).ToList();
        Contender[] others =
        [
            Contender.Ours(0), Contender.Ours(1), Contender.Knative(0.7, 0), Contender.HpaAlone(4),
            Contender.Keda(Contender.KedaSweep.First(s => s is { Preset: "default", Target: 4, Processing: false, Min: 0 })),
        ];
        Contender[] all = [.. others, .. finalists.Select(f => f.Contender)];
        var figures = Arena.Run(all, traces, options.Seeds);
        var standings = all.Select((c, i) => Standing.Of(c.Name, figures[i], feasible, objectives)).ToList();
        var meeting = Enumerable.Range(others.Length, finalists.Count).Where(i => standings[i].Within == feasible.Count)
            .OrderBy(i => standings[i].ReplicaSeconds).ToList();
        List<int> shown = [.. Enumerable.Range(0, others.Length), .. meeting.Take(1)];

        to.WriteLine(Invariant($"{options.Seeds.Count} seeds. Every cell: p99 of the wait in s (median of the seeds; worst seed) / thousand replica-seconds / scaling writes (means). **Bold**: beyond the objective.\n"));
        Row(to, ["trace", "possible", .. shown.Select(i => all[i].Name)]);
        Row(to, Enumerable.Repeat("---", shown.Count + 2));
        for (var t = 0; t < traces.Count; t++)
            Row(to, [Title(traces[t], feasible.Contains(t)), Invariant($"{Arena.Median(bound[t].Select(f => f.P99)):0}"), .. shown.Select(i => Cell(figures[i][t], objectives[t]))]);

        to.WriteLine("\nOver the feasible traces:\n");
        Standings(to, [.. shown.Select(i => standings[i])], feasible.Count);
        if (meeting.Count > 0)
            Figures(to, standings[0], standings[meeting[0]], figures[0], traces, feasible);
        Front(to, sweep, options, feasible.Count);
        Details(to, traces, all, figures, shown);
    }

    private static List<(Contender Contender, Standing Standing)> Sweep(Options options, List<int> feasible, double[] objectives)
    {
        if (options.Sweep == 0 || feasible.Count == 0)
            return [];
        Contender[] settings = [.. Contender.KedaSweep.Select(Contender.Keda)];
        var figures = Arena.Run(settings, [.. feasible.Select(t => options.Traces[t])], [.. options.Seeds.Take(options.Sweep)]);
        List<int> every = [.. Enumerable.Range(0, feasible.Count)];
        return [.. settings.Select((c, i) => (c, Standing.Of(c.Name, figures[i], every, [.. feasible.Select(t => objectives[t])])))];
    }

    private static void Standings(TextWriter to, IReadOnlyList<Standing> standings, int feasible)
    {
        Row(to, ["", "within the objective", "worst p99 / objective", "late", "replica-seconds", "writes", "reversals", "interrupted", "decreases on unknown"]);
        Row(to, Enumerable.Repeat("---", 9));
        foreach (var s in standings)
            Row(to, [s.Name, Invariant($"{s.Within} of {feasible}"), Invariant($"{s.WorstP99:0.00}"), Invariant($"{s.Late:0.00 %}"), Invariant($"{s.ReplicaSeconds / 1000:0.0} k"), Invariant($"{s.Writes:0}"), Invariant($"{s.Reversals:0}"), Invariant($"{s.Interrupted:0.0}"), Invariant($"{s.DecreasesOnUnknown:0.0}")]);
    }

    private static void Figures(
        TextWriter to, Standing ours, Standing keda, Figures[][] figures, IReadOnlyList<Trace> traces, List<int> feasible)
    {
        var interrupted = traces.Select((t, i) => t.GraceSuffices ? figures[i].Sum(f => f.Interrupted) : 0).Sum();
        var decreases = figures.Sum(t => t.Sum(f => f.DecreasesOnUnknown));
        to.WriteLine(Invariant($"\nHttpSd against the cheapest setting of KEDA that meets the objective ({keda.Name}):\n"));
        Row(to, ["", "figure", "required"]);
        Row(to, ["---", "---", "---"]);
        Row(to, ["feasible traces within the objective", Invariant($"{ours.Within} of {feasible.Count}"), "all"]);
        Row(to, ["replica-seconds", Invariant($"{ours.ReplicaSeconds / keda.ReplicaSeconds:0 %}"), "at most 85 %"]);
        Row(to, ["scaling writes", Invariant($"{ours.Writes / keda.Writes:0 %}"), "at most 70 %"]);
        Row(to, ["decreases on unknown data, all seeds and traces", Invariant($"{decreases}"), "0"]);
        Row(to, ["interrupted jobs where the grace is long enough, all seeds", Invariant($"{interrupted}"), "0"]);
    }

    /// <summary>The settings of KEDA that no other one beats in p99, replica-seconds and writes at once.</summary>
    private static void Front(TextWriter to, List<(Contender Contender, Standing Standing)> sweep, Options options, int feasible)
    {
        if (sweep.Count == 0)
            return;
        static bool Beats(Standing a, Standing b) =>
            a.WorstP99 <= b.WorstP99 && a.ReplicaSeconds <= b.ReplicaSeconds && (a.WorstP99 < b.WorstP99 || a.ReplicaSeconds < b.ReplicaSeconds);
        var front = sweep.Where(s => !sweep.Exists(o => Beats(o.Standing, s.Standing))).OrderBy(s => s.Standing.WorstP99).Select(s => s.Standing).ToList();
        to.WriteLine(Invariant($"\nThe front of KEDA's {sweep.Count} settings, with {options.Sweep} seeds: no other has a lower p99 for fewer replica-seconds.\n"));
        Standings(to, front, feasible);
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
