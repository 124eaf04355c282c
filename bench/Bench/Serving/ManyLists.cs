using HttpSd.LocalCluster.Scale;

namespace HttpSd.Bench.Serving;

/// <summary>What it takes to know ten thousand generators and to have their lists of 10 kB in memory.</summary>
internal static class ManyLists
{
    private const int Count = 10_000, Groups = 150;

    public static async Task MeasureAsync(Page page)
    {
        await using var store = await Store.StartAsync();
        var list = Store.List(Groups);
        await store.PublishAsync(Enumerable.Range(0, Count).Select(n => Store.Static($"list-{n}", list)));
        using var server = await store.StartServerAsync();
        using var worker = await store.StartWorkerAsync();
        using var client = new HttpClient { BaseAddress = server.Address };
        var bytes = 0L;
        for (var turn = 0; turn < 2; turn++)
        {
            bytes = 0;
            await Parallel.ForAsync(0, Count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (n, stop) =>
                Interlocked.Add(ref bytes, (await client.GetByteArrayAsync(new Uri($"targets/list-{n}", UriKind.Relative), stop)).Length));
        }
        await Task.Delay(TimeSpan.FromSeconds(5));
        var (served, working) = (await PartFigures.ReadAsync(server), await PartFigures.ReadAsync(worker));
        page.Section(Page.Invariant($"{Count:N0} definitions, and as many lists of {bytes / Count / 1000.0:0.0} kB, each asked for twice"));
        page.Row("SD server: working set, at its peak", $"{Page.Mebibytes(served.ResidentBytes)}, {Page.Mebibytes(served.PeakBytes)}", "below 350 MiB");
        page.Row("worker without its runners: working set, at its peak", $"{Page.Mebibytes(working.ResidentBytes)}, {Page.Mebibytes(working.PeakBytes)}", "below 200 MiB");
    }
}
