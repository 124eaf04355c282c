using System.Globalization;

namespace HttpSd.Cluster.Tests.Pools;

/// <summary>
/// Generators whose variants are jobs of any length, asked for at the SD server; each run notes its begin and its end. They
/// are several, because a worker leaves a slot free for others than the only one.
/// </summary>
internal sealed class NotedJobs(LocalCluster.Cluster cluster, Part server, string name) : IDisposable
{
    private const int Generators = 5;

    private readonly HttpClient client = new() { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(20) };
    private readonly string file = Path.Combine(Path.GetTempPath(), $"{name}.jobs");
    private readonly Dictionary<string, (string Query, DateTimeOffset At)> asked = new(StringComparer.Ordinal);

    /// <summary>Creates the generators, in the pool of this name; a script may take 20 s.</summary>
    public async Task PublishAsync()
    {
        var names = Enumerable.Range(0, Generators).Select(n => $"{name}-{n}").ToArray();
        await cluster.ApplyAsync(string.Join("\n---\n", names.Select(Manifest)));
        await cluster.MustAsync(["wait", "-n", "default", "--for=condition=Ready", "--timeout=40s", .. names.Select(n => $"tg/{n}")]);
    }

    public Task DeleteAsync() => cluster.MustAsync("delete", "tg", "-n", "default", "-l", $"jobs={name}", "--wait=false");

    /// <summary>Asks for so many lists that nobody has yet, a few at a time.</summary>
    public async Task AskAsync(int jobs, double seconds)
    {
        var from = asked.Count;
        for (var n = from; n < from + jobs; n++)
            asked[$"j{n}"] = (string.Create(CultureInfo.InvariantCulture, $"targets/{name}-{n % Generators}?job=j{n}&seconds={seconds}"), DateTimeOffset.UtcNow);
        await Parallel.ForEachAsync(
            asked.Values.Skip(from), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (job, token) =>
            {
                // A machine that is too busy for Redis' answers gets other ones, and the next poll asks again.
                var last = "";
                await Users.Patience.UntilAsync(
                    async () => (last = await AnswerAsync(job.Query, token)) == """{"error":"cache miss"}""",
                    () => $"nobody has it yet, but the answer is {last}", 10);
            });
    }

    /// <summary>All runs but those that new generators get, in the order of their begins.</summary>
    public IReadOnlyList<NotedRun> Runs()
    {
        var runs = new List<NotedRun>();
        foreach (var line in File.Exists(file) ? File.ReadAllLines(file) : [])
        {
            if (line.Split(' ') is not [var what, var job, var pod, var time] || job == "first")
                continue;
            var at = DateTimeOffset.UnixEpoch.AddSeconds(double.Parse(time, CultureInfo.InvariantCulture));
            if (what == "begin")
                runs.Add(new NotedRun(job, pod, at, null));
            else if (runs.FindLastIndex(r => r.Job == job && r.Pod == pod && r.Ended is null) is var open and >= 0)
                runs[open] = runs[open] with { Ended = at };
        }
        return runs;
    }

    /// <summary>How long each job waited for the begin of its first run.</summary>
    public IEnumerable<TimeSpan> Waits() => Runs().DistinctBy(r => r.Job).Select(r => r.Begun - asked[r.Job].At);

    /// <summary>Waits until the jobs that were asked for have begun.</summary>
    public Task BeginAsync(double seconds) => Users.Patience.UntilAsync(
        () => Task.FromResult(Runs().DistinctBy(r => r.Job).Count() == asked.Count), () => $"{Runs().Count} runs of {asked.Count} jobs have begun", seconds);

    /// <summary>Waits until the jobs that were asked for have ended.</summary>
    public async Task EndAsync(double seconds)
    {
        try
        {
            await Users.Patience.UntilAsync(
                () => Task.FromResult(Open().Count == 0),
                () => $"{Runs().Count(r => r.Ended is not null)} runs of {asked.Count} jobs have ended, {Runs().Count(r => r.Ended is null)} have not", seconds);
        }
        catch (TimeoutException e)
        {
            var one = Open()[0];
            throw new TimeoutException($"{e.Message}; of {one}: {await AnswerAsync(asked[one].Query + "&debug=true", CancellationToken.None)}");
        }
    }

    /// <summary>Each job had one run, to its end, and its list is served.</summary>
    public async Task AllRanOnceAsync()
    {
        var runs = Runs();
        runs.Where(r => r.Ended is null).Should().BeEmpty("no run is interrupted");
        runs.GroupBy(r => r.Job).Where(g => g.Count() > 1).SelectMany(g => g).Should().BeEmpty("no job is run twice");
        runs.Should().HaveCount(asked.Count, "no job is lost");
        await Parallel.ForEachAsync(asked, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (job, token) =>
            await Users.Patience.UntilAsync(
                async () => await client.GetStringAsync(new Uri(job.Value.Query, UriKind.Relative), token) == $$"""[{"targets":["{{job.Key}}:1"]}]""",
                () => $"{job.Key} is not served", 5));
    }

    private List<string> Open() => [.. asked.Keys.Except(Runs().Where(r => r.Ended is not null).Select(r => r.Job))];

    private async Task<string> AnswerAsync(string query, CancellationToken cancellationToken)
    {
        using var answer = await client.GetAsync(new Uri(query, UriKind.Relative), cancellationToken);
        return await answer.Content.ReadAsStringAsync(cancellationToken);
    }

    public void Dispose()
    {
        client.Dispose();
        File.Delete(file);
    }

    private string Manifest(string generator) => $$"""
        apiVersion: httpsd.io/v1alpha1
        kind: TargetGenerator
        metadata: {name: {{generator}}, namespace: default, labels: {jobs: {{name}} } }
        spec:
          workerPool: {{name}}
          timeout: 20s
          cacheTTL: 1h
          maxVariants: 1000
          script: |
            import os, time
            def note(what, job):
                with open("{{file}}", "a") as log:
                    log.write("%s %s %s %.3f\n" % (what, job, os.environ["POD_NAME"], time.time()))
            def generate_targets(job="first", seconds="0", **params):
                note("begin", job)
                time.sleep(float(seconds))
                note("end", job)
                return [{"targets": [job + ":1"]}]
        """;
}

/// <summary>A run as its script has noted it.</summary>
/// <param name="Job">Which.</param>
/// <param name="Pod">Whose worker ran it.</param>
/// <param name="Begun">When.</param>
/// <param name="Ended">When; null: it runs, or was interrupted.</param>
internal sealed record NotedRun(string Job, string Pod, DateTimeOffset Begun, DateTimeOffset? Ended);
