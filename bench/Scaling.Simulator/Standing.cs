using HttpSd.Scaling.Simulator.World;

namespace HttpSd.Scaling.Simulator;

/// <summary>How a contender did over the feasible traces: sums of the means over seeds, and the worst of the medians of p99.</summary>
internal sealed record Standing(
    string Name, int Within, double WorstP99, double Late, double ReplicaSeconds, double Writes, double Reversals, double Interrupted,
    double DecreasesOnUnknown)
{
    /// <param name="name">The contender's.</param>
    /// <param name="figures">By trace and seed.</param>
    /// <param name="traces">Those that count.</param>
    /// <param name="objectives">By trace.</param>
    public static Standing Of(string name, Figures[][] figures, IReadOnlyList<int> traces, double[] objectives)
    {
        double Sum(Func<Figures, double> of) => traces.Sum(t => figures[t].Average(of));
        var p99 = traces.Select(t => Arena.Median(figures[t].Select(f => f.P99)) / objectives[t]).ToList();
        return new Standing(
            name, p99.Count(p => p <= 1), p99.DefaultIfEmpty(0).Max(), traces.Count == 0 ? 0 : Sum(f => f.Late) / traces.Count,
            Sum(f => f.ReplicaSeconds), Sum(f => f.Writes), Sum(f => f.Reversals), Sum(f => f.Interrupted), Sum(f => f.DecreasesOnUnknown));
    }
}
