using HttpSd.Scaling.Simulator.World;

namespace HttpSd.Scaling.Simulator;

/// <summary>Runs contenders on traces with seeds, on all processors, with an outcome that does not depend on their number.</summary>
internal static class Arena
{
    /// <summary>Figures by contender, trace and seed, in the order given.</summary>
    public static Figures[][][] Run(IReadOnlyList<Contender> contenders, IReadOnlyList<Trace> traces, IReadOnlyList<int> seeds)
    {
        var figures = contenders.Select(_ => traces.Select(_ => new Figures[seeds.Count]).ToArray()).ToArray();
        Parallel.For(0, traces.Count * seeds.Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, index =>
        {
            var (trace, seed) = (index / seeds.Count, index % seeds.Count);
            var scenario = traces[trace].Make(seeds[seed]);
            for (var i = 0; i < contenders.Count; i++)
                figures[i][trace][seed] = Simulation.Run(scenario, contenders[i].Make(scenario));
        });
        return figures;
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
