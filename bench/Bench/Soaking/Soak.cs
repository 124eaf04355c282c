using System.Diagnostics;
using HttpSd.Core.Definitions;

namespace HttpSd.Bench.Soaking;

/// <summary>
/// A server, a worker and Redis at four fifths of what they can do, for as long as told: what grows in that time will
/// one day be too much.
/// </summary>
internal static class Soak
{
    private const double Share = 0.8;

    // How much of its time a list is fresh before a request has it made anew, by the usual settings.
    private const double RefreshedAt = 0.8;

    private const string Script = "def generate_targets(**params):\n    return [{\"targets\": [\"10.0.0.1:9100\"], \"labels\": {\"n\": params[\"n\"]}}]\n";

    private static readonly TimeSpan CacheTtl = TimeSpan.FromSeconds(10), WarmUp = TimeSpan.FromMinutes(2), Every = TimeSpan.FromSeconds(5);

    public static async Task MeasureAsync(Page page, TimeSpan duration)
    {
        await using var store = await Store.StartAsync();
        await store.PublishAsync([Generator("most"), Generator("soak")]);
        using var server = await store.StartServerAsync();
        using var worker = await store.StartWorkerAsync("Worker:Concurrency=4");
        using var load = new PollingLoad(server.Address);

        // 1. What they can do: more is asked for than can be made.
        load.Start("most", variants: 40_000, pollsPerSecond: 3_000);
        await Task.Delay(TimeSpan.FromSeconds(20));
        var capacity = await RateAsync(store, () => Task.Delay(TimeSpan.FromSeconds(20)));
        await load.StopAsync();
        await store.WaitIdleAsync();

        // 2. Four fifths of it, each list asked for twice in the time that it is fresh.
        var variants = (int)(Share * capacity * CacheTtl.TotalSeconds * RefreshedAt);
        load.Start("soak", variants, pollsPerSecond: variants * 2 / CacheTtl.TotalSeconds);
        await Task.Delay(WarmUp);
        var samples = new List<Sample>();
        var rate = await RateAsync(store, async () =>
        {
            for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < duration; await Task.Delay(Every))
                samples.Add(await Sample.TakeAsync(store, server, worker));
        });
        await load.StopAsync();

        page.Section(Page.Invariant($"A soak of {duration.TotalMinutes:0} minutes"));
        page.Row("runs a second that can be made, with those who poll", Page.Invariant($"{capacity:N0}"));
        page.Row("runs a second, polls a second, answers that were no list", Page.Invariant($"{rate:N0}, {load.Rate:N0}, {load.Failed:N0}"));
        foreach (var (what, first, last) in Sample.Compare(samples))
            page.Row(what + ": the first sixth of the time, the last", $"{first}, {last}", "flat");
    }

    private static GeneratorScript Generator(string path) =>
        Store.Python(path, Script, cacheTtl: CacheTtl, staleTtl: TimeSpan.FromMinutes(10));

    // Runs a second while something else goes on.
    private static async Task<double> RateAsync(Store store, Func<Task> meanwhile)
    {
        var before = (await store.TotalsAsync()).Completed;
        var since = Stopwatch.GetTimestamp();
        await meanwhile();
        return ((await store.TotalsAsync()).Completed - before) / Stopwatch.GetElapsedTime(since).TotalSeconds;
    }
}
