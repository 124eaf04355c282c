using System.Globalization;

namespace HttpSd.LocalCluster.Scale;

/// <summary>What a process of ours has used and done, by the kernel's account and its own.</summary>
/// <param name="ResidentBytes">Its working set.</param>
/// <param name="PeakBytes">The largest that it ever was.</param>
/// <param name="Cpu">Of all threads since its start.</param>
/// <param name="Patches">Requests to the API server that write statuses, and counts of repeated events.</param>
/// <param name="Posts">Requests that make events.</param>
/// <param name="Reconciles">Since its start, failed ones too.</param>
internal sealed record PartFigures(long ResidentBytes, long PeakBytes, TimeSpan Cpu, long Patches, long Posts, long Reconciles)
{
    // The kernel's ticks per second, the same on every Linux.
    private const double Ticks = 100;

    public long Writes => Patches + Posts;

    public static async Task<PartFigures> ReadAsync(Part part)
    {
        var metrics = await part.MetricsAsync();
        var status = await File.ReadAllLinesAsync($"/proc/{part.Id}/status");
        var stat = await File.ReadAllTextAsync($"/proc/{part.Id}/stat");
        // After the name in parentheses, which may hold blanks: state is the first, utime and stime are 12th and 13th.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return new PartFigures(
            Kilobytes(status, "VmRSS:"),
            Kilobytes(status, "VmHWM:"),
            TimeSpan.FromSeconds((Number(fields[11]) + Number(fields[12])) / Ticks),
            Sum(metrics, "rest_client_requests_total", "method=\"PATCH\""),
            Sum(metrics, "rest_client_requests_total", "method=\"POST\""),
            Sum(metrics, "controller_runtime_reconcile_total", ""));
    }

    /// <summary>Polls until it holds, for so long at most.</summary>
    public static async Task<PartFigures> WaitAsync(Part part, Func<PartFigures, bool> holds, TimeSpan limit)
    {
        for (var since = System.Diagnostics.Stopwatch.GetTimestamp(); ; await Task.Delay(200))
        {
            var figures = await ReadAsync(part);
            if (holds(figures))
                return figures;
            if (System.Diagnostics.Stopwatch.GetElapsedTime(since) > limit)
                throw new TimeoutException($"not within {limit.TotalSeconds:0} s: {figures}\n{part.Log}");
        }
    }

    /// <summary>Waits until nothing was written for four seconds.</summary>
    public static async Task<PartFigures> SettleAsync(Part part)
    {
        for (var before = await ReadAsync(part); ;)
        {
            await Task.Delay(TimeSpan.FromSeconds(4));
            var now = await ReadAsync(part);
            if (now.Writes == before.Writes)
                return now;
            before = now;
        }
    }

    /// <summary>The working set of any process.</summary>
    public static long ResidentBytesOf(int process) => Kilobytes(File.ReadAllLines($"/proc/{process}/status"), "VmRSS:");

    private static long Sum(string metrics, string name, string label) =>
        (long)metrics.Split('\n')
            .Where(l => l.StartsWith(name + "{", StringComparison.Ordinal) && l.Contains(label, StringComparison.Ordinal))
            .Sum(l => Number(l[(l.LastIndexOf(' ') + 1)..]));

    private static long Kilobytes(string[] status, string name) =>
        (long)Number(status.First(l => l.StartsWith(name, StringComparison.Ordinal))[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim()) * 1024;

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
