using System.Diagnostics;

namespace HttpSd.Bench.Working;

/// <summary>A list of 100,000 targets from its script to the first answer, against the script by itself.</summary>
internal static class LargeList
{
    private const int Targets = 100_000, Times = 5;

    private const string Script = "def generate_targets(**params):\n    return [{\"targets\": [\"10.%d.%d.%d:9100\" % (n >> 16, n >> 8 & 255, n & 255)], \"labels\": {\"env\": \"prod\", \"id\": str(n)}} for n in range(100000)]\n";

    // What any way of running it has to do: call it, and write what it returns.
    private const string ByItself = Script + "\nimport json, sys, time\nsince = time.monotonic()\nsys.stdout.write(json.dumps(generate_targets()))\nsys.stderr.write(str(time.monotonic() - since))\n";

    public static async Task MeasureAsync(Page page)
    {
        await using var store = await Store.StartAsync();
        await store.PublishAsync([Store.Python("x", Script)]);
        using var server = await store.StartServerAsync("Server:MaxCacheBytes=536870912");
        using var worker = await store.StartWorkerAsync("Worker:MaxTargets=100000");
        using var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Add("Prefer", "wait=30");
        await AskAsync(client, "warm=1");
        await AskAsync(client, "warm=2");
        var (took, alone) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var n = 0; n < Times; n++)
        {
            alone.Add(await RunAsync());
            took.Add(await AskAsync(client, $"n={n}"));
        }
        page.Section(Page.Invariant($"A list of {Targets:N0} targets, each in a group with two labels"));
        page.Row("the script by itself", Page.Percentiles(alone));
        page.Row(
            "from the request to the last byte of the first answer: run, checked, stored, served",
            Page.Invariant($"{Page.Percentiles(took)}: {Page.Milliseconds(Page.Middle(took) - Page.Middle(alone))} beyond the script"), "below 1 s beyond");
    }

    private static async Task<TimeSpan> AskAsync(HttpClient client, string query)
    {
        var since = Stopwatch.GetTimestamp();
        var body = await client.GetByteArrayAsync(new Uri($"targets/x?{query}", UriKind.Relative));
        return body.Length > Targets * 20 ? Stopwatch.GetElapsedTime(since) : throw new InvalidOperationException($"a list of {body.Length} bytes");
    }

    private static async Task<TimeSpan> RunAsync()
    {
        using var python = Process.Start(new ProcessStartInfo("python3", ["-I", "-c", ByItself]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var list = python.StandardOutput.ReadToEndAsync();
        var took = await python.StandardError.ReadToEndAsync();
        await list;
        await python.WaitForExitAsync();
        return TimeSpan.FromSeconds(double.Parse(took, System.Globalization.CultureInfo.InvariantCulture));
    }
}
