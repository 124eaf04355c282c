using System.Globalization;
using HttpSd.Scaling.Simulator.World;

namespace HttpSd.Scaling.Simulator;

/// <param name="Sweep">How many of the seeds KEDA's settings are tried with before the best of them meet all; 0: none is tried.</param>
internal sealed record Options(IReadOnlyList<int> Seeds, IReadOnlyList<Trace> Traces, int Sweep)
{
    /// <summary>Null: not understood.</summary>
    public static Options? Parse(IReadOnlyList<string> args)
    {
        var options = new Options([.. Enumerable.Range(1, 20)], World.Traces.All, 2);
        for (var i = 0; i < args.Count; i += 2)
        {
            var value = i + 1 < args.Count ? args[i + 1] : "";
            switch (args[i])
            {
                case "--seeds" when Numbers(value) is { Count: > 0 } seeds:
                    options = options with { Seeds = seeds };
                    break;
                case "--traces" when value.Split(',') is var ids && ids.All(id => World.Traces.All.Any(t => t.Id == id)):
                    options = options with { Traces = [.. World.Traces.All.Where(t => ids.Contains(t.Id))] };
                    break;
                case "--sweep" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var sweep):
                    options = options with { Sweep = sweep };
                    break;
                default:
                    return null;
            }
        }
        return options;
    }

    private static List<int>? Numbers(string text)
    {
        var numbers = new List<int>();
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !ends.All(e => int.TryParse(e, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
                return null;
            var (from, to) = (int.Parse(ends[0], CultureInfo.InvariantCulture), int.Parse(ends[^1], CultureInfo.InvariantCulture));
            if (to < from || to - from > 1000)
                return null;
            numbers.AddRange(Enumerable.Range(from, to - from + 1));
        }
        return numbers;
    }
}
