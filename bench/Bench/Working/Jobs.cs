using System.Diagnostics;
using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;

namespace HttpSd.Bench.Working;

/// <summary>A worker with 4 slots and 3,000 variants of a trivial Python generator.</summary>
internal static class Jobs
{
    private const int Variants = 3_000, Slots = 4;

    private const string Script = "def generate_targets(**params):\n    return [{\"targets\": [\"a:1\"]}]\n";

    public static async Task MeasureAsync(Page page)
    {
        page.Section(Page.Invariant($"Worker: {Variants:N0} variants of a trivial Python generator, {Slots} slots"));
        double cycle;
        await using (var store = await Store.StartAsync())
        {
            await EmptyCycle.RateAsync(store, Slots, 1_000, commits: true);
            cycle = await EmptyCycle.RateAsync(store, Slots, Variants, commits: true);
        }
        page.Row("the queue's own empty cycle: enqueue, claim, store, finish", Page.Invariant($"{cycle:N0} a second"));
        var warm = await RateAsync(RunIsolation.Generator);
        page.Row("warm", Page.Invariant($"{warm:N0} jobs a second: {warm / cycle:0.00} times the empty cycle"), "at least 0.5 times; aim 4,000");
        var bare = await BareForks.RateAsync(2_000);
        page.Row("two bare Python parents that fork, run and wait", Page.Invariant($"{bare:N0} a second"));
        var forked = await RateAsync(RunIsolation.Job);
        page.Row("`isolation: job`", Page.Invariant($"{forked:N0} jobs a second: {forked / bare:0.00} times the bare parents"), "at least 0.8 times; aim 800");
    }

    private static async Task<double> RateAsync(RunIsolation isolation)
    {
        await using var store = await Store.StartAsync();
        await store.PublishAsync([Store.Python("x", Script, isolation)]);
        using var worker = await store.StartWorkerAsync($"Worker:Concurrency={Slots}");
        // The first round warms up: interpreters and connections, and code, which is compiled for as long as it gets quicker.
        await RoundAsync(store, "warm", 10_000);
        return await RoundAsync(store, "n", Variants);
    }

    // Enqueued while the worker runs, as they are by a server.
    private static async Task<double> RoundAsync(Store store, string name, int count)
    {
        var since = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (n, stop) =>
            await store.Queue.EnqueueAsync("default", new RequestKey("x", [new(name, $"{n}")]), 0, reload: false, stop));
        await store.WaitIdleAsync();
        return count / Stopwatch.GetElapsedTime(since).TotalSeconds;
    }
}
