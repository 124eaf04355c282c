using System.Globalization;

namespace HttpSd.Bench;

/// <summary>The page of figures, written as they come.</summary>
internal sealed class Page(TextWriter to)
{
    public void Machine()
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        to.WriteLine(Invariant($"{Environment.ProcessorCount} cores, {memory / (1 << 30)} GiB. {TimeProvider.System.GetUtcNow():yyyy-MM-dd}"));
    }

    public void Section(string title)
    {
        to.WriteLine($"\n## {title}\n\n| what | figure | required |\n|---|---|---|");
        to.Flush();
    }

    public void Row(string what, string figure, string required = "")
    {
        to.WriteLine($"| {what} | {figure} | {required} |");
        to.Flush();
    }

    public static string Seconds(TimeSpan duration) => Invariant($"{duration.TotalSeconds:0.0} s");

    public static string Milliseconds(TimeSpan duration) => Invariant($"{duration.TotalMilliseconds:0} ms");

    public static string Mebibytes(long bytes) => Invariant($"{bytes / 1048576.0:0} MiB");

    public static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    public static string Percentiles(IEnumerable<TimeSpan> durations)
    {
        var sorted = durations.Order().ToList();
        return $"p50 {Milliseconds(At(sorted, 0.5))}, p99 {Milliseconds(At(sorted, 0.99))}, most {Milliseconds(sorted[^1])}";
    }

    /// <summary>The one in the middle, of their order.</summary>
    public static T Middle<T>(IReadOnlyCollection<T> all) => all.Order().ElementAt(all.Count / 2);

    private static TimeSpan At(List<TimeSpan> sorted, double rank) => sorted[(int)Math.Ceiling(rank * sorted.Count) - 1];
}
