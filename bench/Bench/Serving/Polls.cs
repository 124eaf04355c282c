using System.Diagnostics;
using HttpSd.Core.Definitions;

namespace HttpSd.Bench.Serving;

/// <summary>
/// 200 clients with ten lists each, and a connection for each list, that all ask at once every 15 seconds: while nothing
/// is made anew, and while a worker makes all the lists anew. The generator of that load has one thread, on the same cores.
/// </summary>
internal static class Polls
{
    private const int Clients = 200, Each = 10, Rounds = 5;

    private const string Script = "def generate_targets(**params):\n    return [{\"targets\": [\"10.0.%d.1:9100\" % n], \"labels\": {\"env\": \"prod\"}} for n in range(20)]\n";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    public static async Task MeasureAsync(Page page)
    {
        await using var store = await Store.StartAsync();
        await store.PublishAsync(Generators(TimeSpan.FromHours(1)));
        using var server = await store.StartServerAsync();
        using var worker = await store.StartWorkerAsync("Worker:Concurrency=4");
        using var clients = new KeptConnections(server.Address, Enumerable.Range(0, Clients * Each).Select(Path));
        for (var since = Stopwatch.GetTimestamp(); clients.AskTogether() is var _ && clients.Lists < Clients * Each; await Task.Delay(500))
        {
            if (Stopwatch.GetElapsedTime(since) > TimeSpan.FromMinutes(5))
                throw new TimeoutException("not every list was made within 5 minutes");
        }
        // The first ones warm up: code, which is compiled for as long as it gets quicker.
        for (var n = 0; n < 40; n++, await Task.Delay(250))
            clients.AskTogether();
        var spread = clients.AskSpread(Interval);
        var quiet = await RoundsAsync(clients);
        await store.PublishAsync(Generators(TimeSpan.FromSeconds(12)));
        await Task.Delay(Interval);
        var busy = await RoundsAsync(clients);

        page.Section(Page.Invariant($"{Clients} clients poll {Clients * Each:N0} paths every {Interval.TotalSeconds:0} s, on a connection for each path, one thread asking"));
        page.Row("one after the other, evenly over the time", Page.Invariant($"{At(spread, 0.5)} ms at the median, {At(spread, 0.99)} ms at the 99th percentile"));
        page.Row($"all at once, and no list is made anew: from the round's beginning to an answer, the middle of {Rounds} rounds", Figures(quiet));
        page.Row(
            "all at once, and every list is made anew after each round",
            Page.Invariant($"{Figures(busy)}: {Middle(busy, r => r[^1]) / Middle(quiet, r => r[r.Count / 2]):0.0} times the quiet rounds' median (worst round {Most(busy) / Middle(quiet, r => r[r.Count / 2]):0.0})"),
            "below 3 times");
    }

    private static string Path(int n) => $"poll-{n}";

    private static IEnumerable<GeneratorScript> Generators(TimeSpan cacheTtl) =>
        Enumerable.Range(0, Clients * Each).Select(n => Store.Python(Path(n), Script, cacheTtl: cacheTtl, staleTtl: TimeSpan.FromHours(1)));

    private static async Task<List<List<TimeSpan>>> RoundsAsync(KeptConnections clients)
    {
        var rounds = new List<List<TimeSpan>>();
        using var timer = new PeriodicTimer(Interval);
        for (var n = 0; n < Rounds; n++)
        {
            await timer.WaitForNextTickAsync();
            rounds.Add(clients.AskTogether());
            if (clients.Lists < Clients * Each)
                throw new InvalidOperationException("a list was lost");
        }
        return rounds;
    }

    private static string Figures(List<List<TimeSpan>> rounds) =>
        Page.Invariant($"{Middle(rounds, r => r[r.Count / 2]).TotalMilliseconds:0} ms at the median, {Middle(rounds, r => r[^1]).TotalMilliseconds:0} ms at most (worst round {Most(rounds).TotalMilliseconds:0} ms)");

    private static string At(List<TimeSpan> sorted, double rank) => Page.Invariant($"{sorted[(int)(rank * sorted.Count)].TotalMilliseconds:0.0}");

    private static TimeSpan Middle(List<List<TimeSpan>> rounds, Func<List<TimeSpan>, TimeSpan> figure) => Page.Middle([.. rounds.Select(figure)]);

    private static TimeSpan Most(List<List<TimeSpan>> rounds) => rounds.Max(r => r[^1]);
}
