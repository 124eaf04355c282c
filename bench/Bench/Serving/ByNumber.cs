namespace HttpSd.Bench.Serving;

/// <summary>What a request costs with few generators and with many.</summary>
internal static class ByNumber
{
    public static async Task MeasureAsync(Page page)
    {
        page.Section("Cost by number");
        foreach (var count in new[] { 10, 100, 1_000, 10_000 })
        {
            await using var store = await Store.StartAsync();
            await store.PublishAsync(Enumerable.Range(0, count).Select(n => Store.Static($"list-{n}", Store.List(10))));
            using var server = await store.StartServerAsync();
            var url = new Uri(server.Address, $"targets/list-{count / 2}");
            await Wrk.RunAsync(url, TimeSpan.FromSeconds(2));
            page.Row(Page.Invariant($"{count:N0} generators: a cached list"), Page.Invariant($"{await Wrk.RunAsync(url, TimeSpan.FromSeconds(4)):N0} requests/s"), "flat");
        }
        foreach (var length in new[] { 0, 100, 1_000, 10_000 })
        {
            await using var store = await Store.StartAsync();
            for (var n = 0; n < length; n++)
                await store.Queue.EnqueueAsync("default", new Core.Requests.RequestKey($"p{n}", []), 0, reload: false, CancellationToken.None);
            page.Row(Page.Invariant($"{length:N0} jobs in the queue: enqueue, claim, finish"), Page.Invariant($"{await Working.EmptyCycle.RateAsync(store, 1, 2_000, commits: false):N0} a second, one after the other"), "flat");
        }
    }
}
