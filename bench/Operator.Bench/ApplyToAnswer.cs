using System.Diagnostics;
using System.Net;
using HttpSd.LocalCluster;
using HttpSd.LocalCluster.Scale;

namespace HttpSd.Operator.Bench;

/// <summary>How long after an apply the targets are served: operator, Redis, worker and SD server together.</summary>
internal static class ApplyToAnswer
{
    private const int Applies = 60;
    private const int ByKubectl = 10;

    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(0.2);

    public static async Task MeasureAsync(Cluster cluster, Page page)
    {
        using var op = await cluster.StartOperatorAsync(null);
        using var server = await cluster.StartServerAsync(null);
        using var worker = await cluster.StartWorkerAsync(null);
        foreach (var part in new[] { op, server, worker })
            await part.WaitReadyAsync();
        using var http = new HttpClient { BaseAddress = server.Address };
        using var fleet = new Fleet(cluster, "default");

        page.Section("From apply to answer");
        // Code is compiled and interpreters are forked before the first one counts.
        for (var i = 0; i < 20; i++)
            await ApplyAsync(fleet, http, $"warm-{i}");

        var measured = new List<Task<TimeSpan>>();
        using var timer = new PeriodicTimer(Pace);
        for (var i = 0; i < Applies; i++)
        {
            await timer.WaitForNextTickAsync();
            measured.Add(ApplyAsync(fleet, http, $"api-{i}"));
        }
        page.Row(
            Page.Invariant($"the API server has the object → 200 ({Applies}, {1 / Pace.TotalSeconds:0} a second)"),
            Page.Percentiles(await Task.WhenAll(measured)), "p50 < 300 ms, p99 < 1 s");

        var (whole, after) = (new List<TimeSpan>(), new List<TimeSpan>());
        for (var i = 0; i < ByKubectl; i++)
        {
            var (start, name) = (Stopwatch.GetTimestamp(), $"ctl-{i}");
            await cluster.ApplyAsync($$"""
                apiVersion: httpsd.io/v1alpha1
                kind: TargetGenerator
                metadata: {name: {{name}}, namespace: default}
                spec:
                  script: |
                    def generate_targets(**params):
                        return [{"targets": ["h:1"]}]
                """);
            var applied = Stopwatch.GetTimestamp();
            await AnswerAsync(http, name);
            after.Add(Stopwatch.GetElapsedTime(applied));
            whole.Add(Stopwatch.GetElapsedTime(start));
        }
        page.Row($"`kubectl apply` has ended → 200 ({ByKubectl}, one after the other)", Page.Percentiles(after));
        page.Row("`kubectl apply` is started → 200", Page.Percentiles(whole));
    }

    private static async Task<TimeSpan> ApplyAsync(Fleet fleet, HttpClient http, string name)
    {
        await fleet.CreateAsync(name, new { script = Scripts.Trivial });
        var applied = Stopwatch.GetTimestamp();
        await AnswerAsync(http, name);
        return Stopwatch.GetElapsedTime(applied);
    }

    private static async Task AnswerAsync(HttpClient http, string path)
    {
        for (var since = Stopwatch.GetTimestamp(); ; await Task.Delay(5))
        {
            using var answer = await http.GetAsync($"targets/{path}");
            if (answer.StatusCode == HttpStatusCode.OK)
                return;
            if (Stopwatch.GetElapsedTime(since) > TimeSpan.FromSeconds(30))
                throw new TimeoutException($"{path} still answers {(int)answer.StatusCode}");
        }
    }
}
