using System.Diagnostics;
using HttpSd.Core.Definitions;

namespace HttpSd.Bench.Serving;

/// <summary>
/// 200 clients, each with a connection of its own and ten paths, which all begin at once every 15 seconds: while nothing
/// is made anew, and while a worker makes all the lists anew.
/// </summary>
internal static class Polls
{
    private const int Clients = 200, Each = 10, Rounds = 4;

    private const string Script = "def generate_targets(**params):\n    return [{\"targets\": [\"10.0.%d.1:9100\" % n], \"labels\": {\"env\": \"prod\"}} for n in range(20)]\n";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    public static async Task MeasureAsync(Page page)
    {
        await using var store = await Store.StartAsync();
        await store.PublishAsync(Generators(TimeSpan.FromHours(1)));
        using var server = await store.StartServerAsync();
        using var worker = await store.StartWorkerAsync("Worker:Concurrency=4");
        var clients = Enumerable.Range(0, Clients).Select(_ => new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }) { BaseAddress = server.Address }).ToList();
        try
        {
            for (var since = Stopwatch.GetTimestamp(); !(await RoundAsync(clients)).All(a => a.IsList); await Task.Delay(500))
            {
                if (Stopwatch.GetElapsedTime(since) > TimeSpan.FromMinutes(5))
                    throw new TimeoutException("not every list was made within 5 minutes");
            }
            var quiet = await RoundsAsync(clients);
            await store.PublishAsync(Generators(TimeSpan.FromSeconds(12)));
            await Task.Delay(Interval);
            var busy = await RoundsAsync(clients);

            page.Section(Page.Invariant($"{Clients} clients poll {Clients * Each:N0} paths at once every {Interval.TotalSeconds:0} s"));
            page.Row("no list is made anew: the answers of a round, the middle of the rounds' slowest", Figures(quiet));
            page.Row(
                "every list is made anew after each round",
                Page.Invariant($"{Figures(busy)}: the slowest of all {busy.Max(r => r[^1]) / Middle(quiet.Select(r => r[^1])):0.0} times the quiet rounds' slowest"),
                "below 3 times");
        }
        finally
        {
            clients.ForEach(c => c.Dispose());
        }
    }

    private static IEnumerable<GeneratorScript> Generators(TimeSpan cacheTtl) => Enumerable.Range(0, Clients * Each).Select(n =>
    {
        var made = Store.Python($"poll-{n}", Script);
        return DefinitionDigest.Seal(made with { Definition = made.Definition with { CacheTtl = cacheTtl, StaleTtl = TimeSpan.FromHours(1) } });
    });

    private static async Task<List<List<TimeSpan>>> RoundsAsync(List<HttpClient> clients)
    {
        var rounds = new List<List<TimeSpan>>();
        using var timer = new PeriodicTimer(Interval);
        for (var n = 0; n < Rounds; n++)
        {
            await timer.WaitForNextTickAsync();
            var answers = await RoundAsync(clients);
            if (!answers.All(a => a.IsList))
                throw new InvalidOperationException("a list was lost");
            rounds.Add([.. answers.Select(a => a.Took).Order()]);
        }
        return rounds;
    }

    private static async Task<(TimeSpan Took, bool IsList)[]> RoundAsync(List<HttpClient> clients)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asking = clients.Select(async (client, place) =>
        {
            await start.Task;
            var answers = new (TimeSpan, bool)[Each];
            for (var n = 0; n < Each; n++)
            {
                var since = Stopwatch.GetTimestamp();
                using var answer = await client.GetAsync(new Uri($"targets/poll-{place * Each + n}", UriKind.Relative));
                answers[n] = (Stopwatch.GetElapsedTime(since), answer.IsSuccessStatusCode);
            }
            return answers;
        }).ToList();
        start.SetResult();
        return [.. (await Task.WhenAll(asking)).SelectMany(a => a)];
    }

    private static string Figures(List<List<TimeSpan>> rounds) =>
        Page.Invariant($"{Middle(rounds.Select(r => r[r.Count / 2])).TotalMilliseconds:0.0} ms at the median, {Middle(rounds.Select(r => r[^1])).TotalMilliseconds:0} ms at most");

    private static TimeSpan Middle(IEnumerable<TimeSpan> all) => all.Order().ElementAt(all.Count() / 2);
}
