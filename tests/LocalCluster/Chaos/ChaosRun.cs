using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using HttpSd.LocalCluster.History;
using HttpSd.LocalCluster.Scale;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace HttpSd.LocalCluster.Chaos;

/// <summary>
/// Everything is hurt at random while Prometheus polls and people edit: Prometheus never loses a target that it should
/// have, no answer is a list that its path never had, in the end everything is as the cluster says, and the histories of
/// all processes tell of no broken promise.
/// </summary>
internal sealed class ChaosRun(ChaosPlan plan, Action<string> told) : IDisposable
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromMinutes(3), Heal = TimeSpan.FromMinutes(5);

    // Three lost leases with their sweeps are 24 s; the rest is for the queue and a busy machine.
    private static readonly TimeSpan Demand = TimeSpan.FromSeconds(45);

    // So often nothing is hurt for as long as demand may take: what is lost in between shows only then.
    private static readonly TimeSpan CalmEvery = TimeSpan.FromSeconds(90);

    // Of so many lists that are asked for one is reloaded, and one is asked for at the other server.
    private const int ReloadEvery = 40, ElsewhereEvery = 4;

    private readonly Random random = new(plan.Seed), reloads = new(plan.Seed + 1);
    private readonly string histories = Directory.CreateTempSubdirectory("httpsd-histories-").FullName;
    private readonly ConcurrentQueue<string> wrong = new();

    // The version of each path's list, raised by edits: an answer may have any one that there was.
    private readonly int[] versions = new int[plan.Paths];
    private long polls, lists;
    private int looks;
    private volatile bool isOver;
    private bool isJudged;

    public async Task<ChaosReport> RunAsync()
    {
        // Each answer of it is on disk: what it loses, it loses because it has to.
        await using var cluster = await Cluster.StartWithAsync(["--appendonly", "yes", "--appendfsync", "always"]);
        using var observer = new Observer(histories);
        using var onlooker = await Onlooker.StartAsync(observer, cluster.Redis);
        using var turmoil = new Turmoil(cluster, random, histories, observer);
        await turmoil.StartAsync();
        using var fleet = new Fleet(cluster, "default");
        await fleet.CreateAsync(plan.Paths, n => Spec(n, 0));
        var (urls, elsewhere) = (Urls(turmoil, 0), Urls(turmoil, 1));
        using var prometheus = await PollingPrometheus.StartAsync(urls);
        await UntilAsync(async () => await MissingAsync(prometheus) is { Count: 0 }, WarmUp, "Prometheus has every list");
        told("Prometheus has every list; now everything is hurt");

        using var stop = new CancellationTokenSource();
        var watching = Task.WhenAll(WatchAsync(prometheus, stop.Token), PollAsync(onlooker, urls, elsewhere, stop.Token), LookAsync(onlooker, stop.Token));
        using var editor = new Kubernetes(cluster.Control.AdminConfig);
        var calmed = Stopwatch.GetTimestamp();
        for (var since = calmed; Stopwatch.GetElapsedTime(since) < plan.Turmoil;)
        {
            await EditAsync(editor, observer);
            await turmoil.HurtAsync();
            await turmoil.MendAsync();
            if (Stopwatch.GetElapsedTime(calmed) < CalmEvery)
                continue;
            calmed = Stopwatch.GetTimestamp();
            await CalmAsync(turmoil, calmed);
        }

        told("the last fault is over");
        // A path that was just reloaded has no list, and of many there is always one.
        isOver = true;
        var ended = Stopwatch.GetTimestamp();
        IReadOnlyList<string> left = [];
        while (Stopwatch.GetElapsedTime(ended) < Heal && (left = await DifferencesAsync(onlooker, turmoil)).Count > 0)
        {
            await turmoil.MendAsync();
            await Task.Delay(500, CancellationToken.None);
        }
        var healed = Stopwatch.GetElapsedTime(ended);
        foreach (var difference in left)
            wrong.Enqueue("in the end " + difference);
        // Only then it is known of what was asked for during the last fault whether it was lost.
        await CalmAsync(turmoil, ended);
        await stop.CancelAsync();
        await watching;
        turmoil.Dispose();
        observer.Dispose();
        var history = Check(histories);
        foreach (var violation in history.Violations)
            wrong.Enqueue(violation);
        isJudged = true;
        return new ChaosReport(turmoil.Faults, polls, lists, looks, [.. wrong.Distinct()], healed, history);
    }

    /// <summary>Judges the histories of a run.</summary>
    public static HistoryReport Check(string folder) =>
        HistoryChecker.Check(HistoryReader.ReadFolder(folder), PromiseBounds.Of(Turmoil.LeaseGrace, Demand));

    public void Dispose()
    {
        // Of a run that broke off they are all that there is.
        if (isJudged && wrong.IsEmpty)
            Directory.Delete(histories, recursive: true);
        else
            told($"the histories are kept in {histories}");
    }

    // Half of the paths are at home at each of the servers.
    private List<Uri> Urls(Turmoil turmoil, int offset) =>
        [.. Enumerable.Range(0, plan.Paths).Select(n => new Uri(turmoil.Servers.ElementAt((n + offset) % 2).Address, "targets/" + Fleet.Name(n)))];

    private static async Task CalmAsync(Turmoil turmoil, long since)
    {
        while (Stopwatch.GetElapsedTime(since) < Demand + TimeSpan.FromSeconds(5))
        {
            await turmoil.MendAsync();
            await Task.Delay(500, CancellationToken.None);
        }
    }

    // Lists that are new with each run and lists that seldom change; some slow runs, some that fail now and then; some
    // lists that are not served for long.
    private static object Spec(int number, int version) => new
    {
        cacheTTL = "2s",
        staleTTL = number % 8 == 3 ? "5s" : "1h",
        script = $"""
            import random
            import time

            def generate_targets(**params):
                time.sleep({(number % 10 == 5 ? "0.2" : "0")})
                if random.random() < {(number % 10 == 9 ? "0.1" : "0")}:
                    raise RuntimeError("now and then")
                run = {(number % 4 < 2 ? "str(time.time_ns())" : "\"any\"")}
                return [dict(targets=["{Fleet.Name(number)}:1"], labels=dict(version="{version}", run=run))]

            """,
    };

    private async Task EditAsync(Kubernetes editor, Observer observer)
    {
        for (var edits = random.Next(4); edits > 0; edits--)
        {
            var number = random.Next(plan.Paths);
            var next = versions[number] + 1;
            // Before it is sent: its list may be served before its answer is here.
            versions[number] = next;
            observer.WriteEdit(Fleet.Name(number), next);
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

    private static async Task LookAsync(Onlooker onlooker, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await onlooker.LookAsync();
            await Task.Delay(100, CancellationToken.None);
        }
    }

    private async Task PollAsync(Onlooker onlooker, List<Uri> urls, List<Uri> elsewhere, CancellationToken cancellationToken)
    {
        for (var n = 0; !cancellationToken.IsCancellationRequested; n = (n + 1) % urls.Count)
        {
            if (reloads.Next(ReloadEvery) == 0 && !isOver)
                await onlooker.ReloadAsync(urls[n]);
            polls++;
            if (await onlooker.AskAsync(reloads.Next(ElsewhereEvery) == 0 ? elsewhere[n] : urls[n]) is { } body)
            {
                lists++;
                if (VersionOf(body, n) is not { } version || version < 0 || version > versions[n])
                    wrong.Enqueue($"{urls[n].AbsolutePath} answered {body}");
            }
            await Task.Delay(10, CancellationToken.None);
        }
    }

    /// <summary>What either server serves that is not as the cluster says.</summary>
    private async Task<IReadOnlyList<string>> DifferencesAsync(Onlooker onlooker, Turmoil turmoil)
    {
        var differences = new List<string>();
        foreach (var server in turmoil.Servers)
        {
            for (var n = 0; n < plan.Paths; n++)
            {
                var body = await onlooker.AskAsync(new Uri(server.Address, "targets/" + Fleet.Name(n)));
                if (body is null || VersionOf(body, n) != versions[n])
                    differences.Add($"{Fleet.Name(n)} is {body ?? "no list"}, not version {versions[n]}");
            }
        }
        return differences;
    }

    private async Task<IReadOnlyCollection<string>?> MissingAsync(PollingPrometheus prometheus) =>
        await prometheus.AddressesAsync() is { } has ? [.. Enumerable.Range(0, plan.Paths).Select(n => Fleet.Name(n) + ":1").Where(a => !has.Contains(a))] : null;

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
