using System.Diagnostics;
using HttpSd.LocalCluster;
using HttpSd.LocalCluster.Scale;

namespace HttpSd.Operator.Bench;

/// <summary>An operator that meets many objects at its start, and what it costs to have them.</summary>
internal static class ManyObjects
{
    private const int RunsPerSecond = 200;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Watched = TimeSpan.FromMinutes(1);

    public static async Task MeasureAsync(Cluster cluster, int objects, Page page)
    {
        using var fleet = new Fleet(cluster, "default");
        await using var runs = new PlayedRuns(cluster.Redis.Url);
        page.Section($"{objects} objects");
        var start = Stopwatch.GetTimestamp();
        await fleet.CreateAsync(objects, n => new { path = $"site-{n % 100}/{Fleet.Name(n)}", script = Scripts.Usual(n), staleTTL = "1h" });
        page.Row("(created by 32 writers)", Page.Seconds(Stopwatch.GetElapsedTime(start)));

        start = Stopwatch.GetTimestamp();
        using var op = await cluster.StartOperatorAsync(null);
        await op.WaitReadyAsync();
        while (!await runs.IsSealedAsync(CancellationToken.None))
            await Task.Delay(50);
        page.Row("the process starts → all published (seal)", Page.Seconds(Stopwatch.GetElapsedTime(start)), "< 30 s after the list");
        Memory(page, await PartFigures.ReadAsync(op));
        await PartFigures.WaitAsync(op, f => f.Patches >= objects, Limit);
        page.Row("the process starts → every status written", Page.Seconds(Stopwatch.GetElapsedTime(start)));
        Memory(page, await PartFigures.ReadAsync(op));

        var definitions = await runs.ReadDefinitionsAsync(CancellationToken.None);
        start = Stopwatch.GetTimestamp();
        await runs.RunAllAsync(definitions, CancellationToken.None);
        page.Row("(every first run stored)", Page.Seconds(Stopwatch.GetElapsedTime(start)));
        var seen = await PartFigures.SettleAsync(op);
        page.Row("first runs → every status written", Page.Seconds(Stopwatch.GetElapsedTime(start) - TimeSpan.FromSeconds(4)));
        page.Row("reasons of Ready", string.Join(", ", (await fleet.CountReasonsAsync()).Select(c => $"{c.Key}: {c.Value}")), $"{objects} the same");
        Memory(page, seen);

        await WatchAsync(op, page, "steady, no runs");
        using (var ended = new CancellationTokenSource())
        {
            var going = runs.GoOnAsync(definitions, RunsPerSecond, ended.Token);
            var before = runs.Committed;
            await WatchAsync(op, page, $"steady, {RunsPerSecond} runs a second");
            await ended.CancelAsync();
            await going;
            page.Row("(runs stored meanwhile)", $"{runs.Committed - before}");
        }

        op.Kill();
        start = Stopwatch.GetTimestamp();
        using var next = await cluster.StartOperatorAsync(null, "Operator:LeaderElection=false");
        await next.WaitReadyAsync();
        var again = await PartFigures.WaitAsync(next, f => f.Reconciles >= objects, Limit);
        page.Row("the next operator's start → every object looked at", Page.Seconds(Stopwatch.GetElapsedTime(start)));
        page.Row("its writes", $"{again.Writes}", "0");
        Memory(page, again);
        await ReadersAsync(cluster, page);
    }

    private static async Task ReadersAsync(Cluster cluster, Page page)
    {
        using var server = await cluster.StartServerAsync(null);
        using var worker = await cluster.StartWorkerAsync(null);
        await server.WaitReadyAsync();
        await worker.WaitReadyAsync();
        using var http = new HttpClient { BaseAddress = server.Address, Timeout = Limit };
        foreach (var turn in new[] { "first", "second" })
        {
            var start = Stopwatch.GetTimestamp();
            using var answer = await http.GetAsync("targets/");
            var body = await answer.Content.ReadAsByteArrayAsync();
            page.Row($"`/targets/` of the SD server, {turn} time", Page.Invariant($"{(int)answer.StatusCode}, {body.Length} bytes, {Page.Seconds(Stopwatch.GetElapsedTime(start))}"));
        }
        page.Row("SD server", Page.Mebibytes((await PartFigures.ReadAsync(server)).PeakBytes));
        page.Row("worker", Page.Mebibytes((await PartFigures.ReadAsync(worker)).PeakBytes));
    }

    private static async Task WatchAsync(Part op, Page page, string when)
    {
        var before = await PartFigures.ReadAsync(op);
        await Task.Delay(Watched);
        var after = await PartFigures.ReadAsync(op);
        page.Row($"{when}: writes in a minute", $"{after.Writes - before.Writes}", "0");
        page.Row($"{when}: CPU", Page.Invariant($"{(after.Cpu - before.Cpu) / Watched:0.00%} of a core"), "< 1 %");
        Memory(page, after);
    }

    private static void Memory(Page page, PartFigures figures) =>
        page.Row("&nbsp;&nbsp;working set then, at its peak", $"{Page.Mebibytes(figures.ResidentBytes)}, {Page.Mebibytes(figures.PeakBytes)}", "< 256 MiB");
}
