using System.Diagnostics;

namespace HttpSd.Bench.Working;

/// <summary>A list that nobody has yet, asked for with <c>Prefer: wait=5</c>, against the script by itself.</summary>
internal static class Misses
{
    private const int PerSecond = 50, Seconds = 20;

    private const string Script = "import time\ndef generate_targets(**params):\n    time.sleep(0.02)\n    return [{\"targets\": [\"a:1\"]}]\n";

    public static async Task MeasureAsync(Page page)
    {
        await using var store = await Store.StartAsync();
        await store.PublishAsync([Store.Python("x", Script)]);
        using var server = await store.StartServerAsync();
        using var worker = await store.StartWorkerAsync("Worker:Concurrency=8");
        using var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Add("Prefer", "wait=5");
        await MeasureAsync(client, "warm", 4);
        var took = await MeasureAsync(client, "n", Seconds);
        page.Section("A miss that waits");
        page.Row(Page.Invariant($"{PerSecond} misses a second of a script of 20 ms"), Page.Percentiles(took), "p99 at most 50 ms more than the script: 70 ms");
    }

    private static async Task<TimeSpan[]> MeasureAsync(HttpClient client, string name, int seconds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / PerSecond));
        var asked = new List<Task<TimeSpan>>();
        for (var n = 0; n < seconds * PerSecond; n++)
        {
            await timer.WaitForNextTickAsync();
            asked.Add(AskAsync(client, $"targets/x?{name}={n}"));
        }
        return await Task.WhenAll(asked);
    }

    private static async Task<TimeSpan> AskAsync(HttpClient client, string path)
    {
        var since = Stopwatch.GetTimestamp();
        (await client.GetAsync(new Uri(path, UriKind.Relative))).EnsureSuccessStatusCode();
        return Stopwatch.GetElapsedTime(since);
    }
}
