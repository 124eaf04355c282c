using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using HttpSd.LocalCluster.Scale;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace HttpSd.LocalCluster.Chaos;

/// <summary>
/// Everything is hurt at random while Prometheus polls and people edit: Prometheus never loses a target that it should
/// have, no answer is a list that its path never had, and in the end everything is as the cluster says.
/// </summary>
internal sealed class ChaosRun(ChaosPlan plan, Action<string> told) : IDisposable
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromMinutes(3), Heal = TimeSpan.FromMinutes(5);

    private readonly Random random = new(plan.Seed);
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly ConcurrentQueue<string> wrong = new();

    // The version of each path's list, raised by edits: an answer may have any one that there was.
    private readonly int[] versions = new int[plan.Paths];
    private long polls, lists;
    private int looks;

    public async Task<ChaosReport> RunAsync()
    {
        await using var cluster = await Cluster.StartAsync();
        using var turmoil = new Turmoil(cluster, random);
        await turmoil.StartAsync();
        using var fleet = new Fleet(cluster, "default");
        await fleet.CreateAsync(plan.Paths, n => Spec(n, 0));
        var urls = Enumerable.Range(0, plan.Paths).Select(n => new Uri(turmoil.Servers.ElementAt(n % 2).Address, "targets/" + Fleet.Name(n))).ToList();
        using var prometheus = await PollingPrometheus.StartAsync(urls);
        await UntilAsync(async () => await MissingAsync(prometheus) is { Count: 0 }, WarmUp, "Prometheus has every list");
        told("Prometheus has every list; now everything is hurt");

        using var stop = new CancellationTokenSource();
        var watching = Task.WhenAll(WatchAsync(prometheus, stop.Token), PollAsync(urls, stop.Token));
        using var editor = new Kubernetes(cluster.Control.AdminConfig);
        for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < plan.Turmoil;)
        {
            await EditAsync(editor);
            await turmoil.HurtAsync();
            await turmoil.MendAsync();
        }

        told("the last fault is over");
        var ended = Stopwatch.GetTimestamp();
        IReadOnlyList<string> left = [];
        while (Stopwatch.GetElapsedTime(ended) < Heal && (left = await DifferencesAsync(turmoil)).Count > 0)
        {
            await turmoil.MendAsync();
            await Task.Delay(500, CancellationToken.None);
        }
        var healed = Stopwatch.GetElapsedTime(ended);
        foreach (var difference in left)
            wrong.Enqueue("in the end " + difference);
        await stop.CancelAsync();
        await watching;
        return new ChaosReport(turmoil.Faults, polls, lists, looks, [.. wrong.Distinct()], healed);
    }

    public void Dispose() => client.Dispose();

    private static object Spec(int number, int version) => new
    {
        cacheTTL = "2s",
        staleTTL = "1h",
        script = $"""
            def generate_targets(**params):
                return [dict(targets=["{Fleet.Name(number)}:1"], labels=dict(version="{version}"))]

            """,
    };

    private async Task EditAsync(Kubernetes editor)
    {
        for (var edits = random.Next(4); edits > 0; edits--)
        {
            var number = random.Next(plan.Paths);
            var next = versions[number] + 1;
            // Before it is sent: its list may be served before its answer is here.
            versions[number] = next;
            while (!await IsTakenAsync(editor, number, next))
                await Task.Delay(200);
        }
    }

    // One whose answer was lost may have been taken; made again it says the same.
    private static async Task<bool> IsTakenAsync(Kubernetes editor, int number, int version)
    {
        var patch = new V1Patch(JsonSerializer.Serialize(new { spec = Spec(number, version) }), V1Patch.PatchType.MergePatch);
        try
        {
            await editor.CustomObjects.PatchNamespacedCustomObjectAsync(patch, "httpsd.io", "v1alpha1", "default", "targetgenerators", Fleet.Name(number));
            return true;
        }
        catch (Exception e) when (e is HttpOperationException or HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private async Task WatchAsync(PollingPrometheus prometheus, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (await MissingAsync(prometheus) is { } missing)
            {
                looks++;
                foreach (var lost in missing)
                    wrong.Enqueue($"Prometheus lost {lost}");
            }
            await Task.Delay(500, CancellationToken.None);
        }
    }

    private async Task PollAsync(List<Uri> urls, CancellationToken cancellationToken)
    {
        for (var n = 0; !cancellationToken.IsCancellationRequested; n = (n + 1) % urls.Count)
        {
            polls++;
            if (await AskAsync(urls[n]) is { } body)
            {
                lists++;
                if (VersionOf(body, n) is not { } version || version < 0 || version > versions[n])
                    wrong.Enqueue($"{urls[n].AbsolutePath} answered {body}");
            }
            await Task.Delay(10, CancellationToken.None);
        }
    }

    /// <summary>What either server serves that is not as the cluster says.</summary>
    private async Task<IReadOnlyList<string>> DifferencesAsync(Turmoil turmoil)
    {
        var differences = new List<string>();
        foreach (var server in turmoil.Servers)
        {
            for (var n = 0; n < plan.Paths; n++)
            {
                var body = await AskAsync(new Uri(server.Address, "targets/" + Fleet.Name(n)));
                if (body is null || VersionOf(body, n) != versions[n])
                    differences.Add($"{Fleet.Name(n)} is {body ?? "no list"}, not version {versions[n]}");
            }
        }
        return differences;
    }

    private async Task<IReadOnlyCollection<string>?> MissingAsync(PollingPrometheus prometheus) =>
        await prometheus.AddressesAsync() is { } has ? [.. Enumerable.Range(0, plan.Paths).Select(n => Fleet.Name(n) + ":1").Where(a => !has.Contains(a))] : null;

    private async Task<string?> AskAsync(Uri url)
    {
        try
        {
            using var answer = await client.GetAsync(url);
            return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : null;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    // Null: it is no list of this path.
    private static int? VersionOf(string body, int number)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var group = json.RootElement.EnumerateArray().Single();
            return group.GetProperty("targets").EnumerateArray().Single().GetString() == Fleet.Name(number) + ":1"
                && int.TryParse(group.GetProperty("labels").GetProperty("version").GetString(), out var version) ? version : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo, TimeSpan limit, string what)
    {
        for (var since = Stopwatch.GetTimestamp(); !await isSo(); await Task.Delay(300))
        {
            if (Stopwatch.GetElapsedTime(since) > limit)
                throw new TimeoutException($"not within {limit}: {what}");
        }
    }
}
