using HttpSd.Scaling.Simulator.Controllers;
using HttpSd.Scaling.Simulator.World;
using static System.FormattableString;

namespace HttpSd.Scaling.Simulator;

/// <summary>All settings of KEDA on the feasible traces with a few of the seeds.</summary>
/// <param name="Tried">Each with its standing.</param>
/// <param name="Best">By trace: the fewest replica-seconds of a setting that meets the objective there, and its writes; null: none does.</param>
internal sealed record Sweep(IReadOnlyList<(KedaSetting Setting, Standing Standing)> Tried, IReadOnlyList<(double ReplicaSeconds, double Writes)?> Best)
{
    // Near enough with a few seeds to be tried with all of them.
    private const double Nearly = 1.05;
    private const int AtATime = 8;

    /// <summary>The cheapest setting that meets the objective on all feasible traces with all seeds; null: none does.</summary>
    public KedaSetting? Cheapest(Options options, List<int> feasible, double[] objectives)
    {
        var near = Tried.Where(s => s.Standing.WorstP99 <= Nearly).OrderBy(s => s.Standing.ReplicaSeconds).Select(s => s.Setting);
        List<int> every = [.. Enumerable.Range(0, feasible.Count)];
        foreach (var some in near.Chunk(AtATime))
        {
            var figures = Arena.Run([.. some.Select(Contender.Keda)], [.. feasible.Select(t => options.Traces[t])], options.Seeds);
            var meeting = some.Select((s, i) => (Setting: s, Standing: Standing.Of(s.Name, figures[i], every, [.. feasible.Select(t => objectives[t])])))
                .Where(s => s.Standing.Within == feasible.Count).OrderBy(s => s.Standing.ReplicaSeconds).ToList();
            if (meeting.Count > 0)
                return meeting[0].Setting;
        }
        return null;
    }

    /// <summary>Of those that keep no more than one Pod for worse times, the best, and the cheapest of these.</summary>
    public KedaSetting? Modest { get; } =
        Tried.Where(s => s.Setting.Min <= 1).OrderByDescending(s => s.Standing.Within).ThenBy(s => s.Standing.ReplicaSeconds).FirstOrDefault().Setting;

    public static Sweep Run(Options options, List<int> feasible, double[] objectives)
    {
        if (options.Sweep == 0 || feasible.Count == 0)
            return new Sweep([], []);
        var settings = Contender.KedaSweep;
        var figures = Arena.Run(
            [.. settings.Select(Contender.Keda)], [.. feasible.Select(t => options.Traces[t])], [.. options.Seeds.Take(options.Sweep)]);
        List<int> every = [.. Enumerable.Range(0, feasible.Count)];
        double[] those = [.. feasible.Select(t => objectives[t])];
        return new Sweep(
            [.. settings.Select((s, i) => (s, Standing.Of(s.Name, figures[i], every, those)))],
            [.. every.Select(t => figures.Select(f => f[t]).Where(f => Arena.Median(f.Select(x => x.P99)) <= those[t])
                .Select(f => ((double, double)?)(f.Average(x => x.ReplicaSeconds), f.Average(x => x.Writes))).OrderBy(f => f!.Value.Item1).FirstOrDefault())]);
    }

    /// <summary>The settings that no other one beats in p99 and replica-seconds at once, and what hindsight would save.</summary>
    public void Write(TextWriter to, Options options, int feasible, Figures[][] ours)
    {
        if (Tried.Count == 0)
            return;
        static bool Beats(Standing a, Standing b) =>
            a.WorstP99 <= b.WorstP99 && a.ReplicaSeconds <= b.ReplicaSeconds && (a.WorstP99 < b.WorstP99 || a.ReplicaSeconds < b.ReplicaSeconds);
        var all = Tried.Select(t => t.Standing).ToList();
        List<Standing> front = [.. all.Where(s => !all.Exists(o => Beats(o, s))).OrderBy(s => s.WorstP99)];
        to.WriteLine(Invariant($"\nThe front of KEDA's {Tried.Count} settings, with {options.Sweep} seeds: no other has a lower p99 for fewer replica-seconds.\n"));
        Report.Standings(to, front, feasible);

        var (seconds, writes) = (Best.Sum(b => b?.ReplicaSeconds ?? 0), Best.Sum(b => b?.Writes ?? 0));
        var met = Enumerable.Range(0, Best.Count).Where(t => Best[t] is not null).ToList();
        to.WriteLine(Invariant($"\nWith the best setting of KEDA for each trace by itself, chosen afterwards with the same {options.Sweep} seeds, {met.Count} of {feasible} traces take {seconds / 1000:0.0} k replica-seconds and {writes:0} writes; HttpSd, min 0, takes {met.Sum(t => ours[t].Average(f => f.ReplicaSeconds)) / 1000:0.0} k and {met.Sum(t => ours[t].Average(f => f.Writes)):0} there."));
    }
}
