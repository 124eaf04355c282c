using System.Diagnostics;
using System.Text.Json;
using HttpSd.LocalCluster;
using HttpSd.LocalCluster.Scale;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Bench;

/// <summary>What the edit of one object costs with few objects and with many.</summary>
internal static class ByObjects
{
    private const int Edits = 200;

    private static readonly int[] Counts = [10, 100, 1_000, 10_000];

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50), Limit = TimeSpan.FromMinutes(10);

    public static async Task MeasureAsync(Cluster cluster, int most, Page page)
    {
        using var op = await cluster.StartOperatorAsync(null);
        using var server = await cluster.StartServerAsync(null);
        await op.WaitReadyAsync();
        await server.WaitReadyAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        using var fleet = new Fleet(cluster, "default");
        using var client = new Kubernetes(cluster.Control.AdminConfig);
        page.Section("Cost of an edit by number of objects");
        var there = 0;
        foreach (var count in Counts.Where(c => c <= most))
        {
            var (first, written) = (there, (await PartFigures.ReadAsync(op)).Patches);
            await fleet.CreateAsync(count - there, n => Spec(0), first);
            there = count;
            await PartFigures.WaitAsync(op, f => f.Patches >= written + count - first, Limit);
            var before = await PartFigures.SettleAsync(op);
            var took = new List<TimeSpan>();
            using var timer = new PeriodicTimer(Pace);
            for (var n = 1; n <= Edits; n++)
            {
                await timer.WaitForNextTickAsync();
                took.Add(await EditAsync(client, http, Fleet.Name(n % count), count * 1000 + n));
            }
            await Task.Delay(TimeSpan.FromSeconds(1));
            var after = await PartFigures.ReadAsync(op);
            page.Row(
                Page.Invariant($"{count:N0} objects: the API server has the edit → it is served"),
                Page.Invariant($"{Page.Percentiles(took)}; {(after.Cpu - before.Cpu).TotalMilliseconds / Edits:0.0} ms of the operator's CPU time and {(double)(after.Reconciles - before.Reconciles) / Edits:0.0} reconciles an edit"),
                "flat");
        }
    }

    // A static list: what is edited is served without a run.
    private static object Spec(int version) => new
    {
        staticTargets = new[] { new { targets = new[] { "h:1" }, labels = new { version = $"{version}" } } },
    };

    private static async Task<TimeSpan> EditAsync(Kubernetes client, HttpClient http, string name, int version)
    {
        var patch = new V1Patch(JsonSerializer.Serialize(new { spec = Spec(version) }), V1Patch.PatchType.MergePatch);
        await client.CustomObjects.PatchNamespacedCustomObjectAsync(patch, "httpsd.io", "v1alpha1", "default", "targetgenerators", name);
        var since = Stopwatch.GetTimestamp();
        while (!(await http.GetStringAsync(new Uri($"targets/{name}", UriKind.Relative))).Contains($"\"{version}\"", StringComparison.Ordinal))
        {
            if (Stopwatch.GetElapsedTime(since) > TimeSpan.FromSeconds(30))
                throw new TimeoutException($"{name} is still as it was");
            await Task.Delay(5);
        }
        return Stopwatch.GetElapsedTime(since);
    }
}
