namespace HttpSd.Bench.Serving;

/// <summary>Lists that the SD server has in memory, and the same bytes as files of nginx, in turns.</summary>
internal static class AgainstNginx
{
    private const int Rounds = 5;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(4);

    private static readonly (string Path, int Groups)[] Lists = [("small", 10), ("middle", 1_000), ("large", 104_000)];

    public static async Task MeasureAsync(Page page)
    {
        await using var store = await Store.StartAsync();
        await store.PublishAsync(Lists.Select(l => Store.Static(l.Path, Store.List(l.Groups))));
        using var server = await store.StartServerAsync("Server:MaxCacheBytes=536870912");
        using var nginx = new Nginx();
        using var client = new HttpClient();
        page.Section("SD server, cached path, 16 connections, against nginx (one worker, the same bytes as a file)");
        foreach (var (path, groups) in Lists)
        {
            var ours = new Uri(server.Address, "targets/" + path);
            var bytes = await client.GetByteArrayAsync(ours);
            nginx.Add(path, bytes);
            var theirs = new Uri(nginx.Address, path);
            await Wrk.RunAsync(ours, TimeSpan.FromSeconds(3));
            await Wrk.RunAsync(theirs, TimeSpan.FromSeconds(1));
            var (mine, other) = (new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                mine.Add(await Wrk.RunAsync(ours, Duration));
                other.Add(await Wrk.RunAsync(theirs, Duration));
            }
            var ratios = mine.Zip(other, (a, b) => a / b).Order().ToList();
            page.Row(
                Page.Invariant($"{groups:N0} groups, {bytes.Length:N0} bytes"),
                Page.Invariant($"{Page.Middle(mine):N0} against {Page.Middle(other):N0} requests/s: {ratios[Rounds / 2]:0.00} times (from {ratios[0]:0.00} to {ratios[^1]:0.00})"),
                "at least 1.0 times");
        }
    }
}
