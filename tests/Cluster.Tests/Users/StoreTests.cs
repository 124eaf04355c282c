using System.Diagnostics;
using System.Net;

namespace HttpSd.Cluster.Tests.Users;

/// <summary>One after the other, because there is one Redis and each of them hurts or counts.</summary>
public sealed class StoreTests(OwnCluster own) : IClassFixture<OwnCluster>
{
    private static readonly string[] Healthy = ["Published", "RunSucceeded"];

    [Fact]
    public async Task Only_the_namespaces_that_are_served_count()
    {
        await using var a = await User.ComeAsync(own.Cluster, own.Server, OwnCluster.Served);
        await using var b = await User.ComeAsync(own.Cluster, own.Server, OwnCluster.ServedToo);
        await using var c = await User.ComeAsync(own.Cluster, own.Server, OwnCluster.NotServed);
        // The one that isn't served claims the path first, and has no say in it.
        await c.ApplyAsync(Manifests.Serves("both", "c:1"));
        await a.ApplyAsync(Manifests.Serves("both", "a:1"));
        await b.ApplyAsync(
            Manifests.ConfigMap("scripts", "gen.py", Manifests.Function(Manifests.Returns("b:1")))
            + Manifests.Generator("from", "scriptFrom: {configMapKeyRef: {name: scripts, key: gen.py}}"));

        await a.AnswersAsync("both", Manifests.List("a:1"));
        await b.AnswersAsync("from", Manifests.List("b:1"));
        await b.ApplyAsync(Manifests.ConfigMap("scripts", "gen.py", Manifests.Function(Manifests.Returns("b:2"))));
        await b.AnswersAsync("from", Manifests.List("b:2"));
        await a.SeeAsync("both", g => g.Ready == "True RunSucceeded");
        await b.SeeAsync("from", g => g.Ready == "True RunSucceeded");
        await a.ToldAsync("both", Healthy);
        (await c.SeeAsync("both")).ToString().Should().Be("no status");
        (await c.EventsAsync("both")).Should().BeEmpty();

        await a.MustAsync("delete", "tg", "both");
        await a.GoneAsync("both");
    }

    [Fact]
    public async Task While_Redis_is_away_objects_say_so_and_heal_when_it_is_back()
    {
        await using var user = await User.ComeAsync(own.Cluster, own.Server, OwnCluster.Served);
        await user.ApplyAsync(Manifests.Serves("edited", "old:1") + Manifests.Serves("deleted", "h:1") + Manifests.Serves("untouched", "h:1"));
        foreach (var name in new[] { "edited", "deleted", "untouched" })
        {
            await user.SeeAsync(name, g => g.Ready == "True RunSucceeded");
            await user.GetAsync(name);
        }
        var untouched = await user.SeeAsync("untouched");

        own.Cluster.Redis.Stop();
        try
        {
            await user.ApplyAsync(Manifests.Serves("edited", "new:1") + Manifests.Serves("created", "created:1"));
            await user.MustAsync("delete", "tg", "deleted", "--wait=false");
            var seen = await user.SeeAsync("edited", g => g.Ready == "False StoreUnavailable");
            (seen.Published, seen.Generating, seen.LastRun).Should().Be(("False StoreUnavailable", "True RunSucceeded", "success , 1"));
            seen.Message("Ready").Should().Be(
                "Redis can't be reached; nothing is lost, and the definition is published by itself when Redis is back; servers go on serving the last known lists");
            await user.SeeAsync("created", g => g.Ready == "False StoreUnavailable" && g.Generating == "Unknown StoreUnavailable");
            // Servers go on with what they hold.
            (await user.GetAsync("edited")).Should().Be(new Answer(HttpStatusCode.OK, Manifests.List("old:1")));
        }
        finally
        {
            own.Cluster.Redis.Continue();
        }

        var back = Stopwatch.GetTimestamp();
        await user.AnswersAsync("edited", Manifests.List("new:1"));
        await user.AnswersAsync("created", Manifests.List("created:1"));
        await user.GoneAsync("deleted");
        Stopwatch.GetElapsedTime(back).Should().BeLessThan(TimeSpan.FromSeconds(10));
        await user.SeeAsync("edited", g => g.Ready == "True RunSucceeded");
        await user.SeeAsync("created", g => g.Ready == "True RunSucceeded");
        (await user.SeeAsync("untouched")).Version.Should().Be(untouched.Version, "nobody looked at it, so it isn't written to");
        await user.ToldAsync("created", Healthy);
        (await user.EventsAsync("edited")).Should().OnlyContain(e => e.Type == "Normal", "an outage is told by conditions and metrics");
    }

    [Fact]
    public async Task When_Redis_has_lost_everything_all_of_it_comes_back_and_no_path_is_gone_meanwhile()
    {
        await using var user = await User.ComeAsync(own.Cluster, own.Server, OwnCluster.Served);
        string[] names = [.. Enumerable.Range(0, 20).Select(i => $"wiped-{i}")];
        await user.ApplyAsync(string.Concat(names.Select((n, i) => Manifests.Serves(n, $"h:{i + 1}")))
            + Manifests.Generator("listed", "staticTargets: [{targets: [\"s:1\"]}]"));
        foreach (var (i, name) in names.Index())
            await user.AnswersAsync(name, Manifests.List($"h:{i + 1}"));
        await user.AnswersAsync("listed", Manifests.List("s:1"));
        // One that can't be published as it is now: only Redis knew what is served of it.
        await user.PatchSpecAsync(names[0], """{"timeout":"2h"}""");
        await user.SeeAsync(names[0], g => g.Ready == "False InvalidSpec");
        await user.SeeAsync(names[^1], g => g.Ready == "True RunSucceeded");
        var written = await Task.WhenAll(names.Select(user.SeeAsync));

        var db = await user.RedisAsync();
        await db.ExecuteAsync("FLUSHALL");
        var wiped = Stopwatch.GetTimestamp();
        var answers = new HashSet<Answer>();
        await Patience.UntilAsync(async () =>
        {
            foreach (var (i, name) in names.Index())
                answers.Add(await user.GetAsync(name));
            return await db.HashLengthAsync("httpsd:defs") == names.Length + 1
                && (await Task.WhenAll(names.Select(n => db.KeyExistsAsync($"httpsd:t:{{/targets/{n}}}:v")))).All(e => e);
        }, () => string.Join(' ', answers));

        Stopwatch.GetElapsedTime(wiped).Should().BeLessThan(TimeSpan.FromSeconds(10));
        answers.Should().OnlyContain(a => a.Status == HttpStatusCode.OK, "the server holds the lists and must not take a loss for removal");
        await user.AnswersAsync("listed", Manifests.List("s:1"));
        own.Operator.HasExited.Should().BeFalse();
        await Task.Delay(500);
        var after = await Task.WhenAll(names.Select(user.SeeAsync));
        after.Select(a => a.Ready).Should().Equal(written.Select(w => w.Ready));
        foreach (var name in names.Skip(1))
            await user.ToldAsync(name, Healthy);
    }

    [Fact]
    public async Task A_reload_while_Redis_is_away_is_told_to_wait_and_counts_once_when_it_is_back()
    {
        await using var user = await User.ComeAsync(own.Cluster, own.Server, OwnCluster.Served);
        using var runs = new RunCount("waiting-own");
        await user.ApplyAsync(Manifests.Script("waiting", runs.Counting));
        await user.SeeAsync("waiting", g => g.Ready == "True RunSucceeded");

        own.Cluster.Redis.Stop();
        try
        {
            await user.MustAsync("annotate", "tg", "waiting", "httpsd.io/reload=one");
            await user.SeeAsync("waiting", g => g.Ready == "False StoreUnavailable");
            await user.ToldAsync("waiting", [.. Healthy, "ReloadWaiting"]);
            // It is tried every five seconds, and that is no news.
            await Task.Delay(6000);
        }
        finally
        {
            own.Cluster.Redis.Continue();
        }

        await user.SeeAsync("waiting", g => g is { LastHandledReload: "one", Ready: "True RunSucceeded", LastRun: "success , 1" });
        await user.AnswersAsync("waiting", Manifests.List("run:2"));
        await user.MustAsync("annotate", "tg", "waiting", "httpsd.io/reload-");
        await user.MustAsync("annotate", "tg", "waiting", "httpsd.io/reload=one");
        await Patience.WhileAsync(() => Task.FromResult(runs.Value == 2), () => $"{runs.Value} runs", 0.5);
        await user.ToldAsync("waiting", [.. Healthy, "ReloadWaiting", "Reloaded", "RunSucceeded"]);
        (await user.EventsAsync("waiting")).Select(e => e.Message).Should()
            .Contain("reload one waits: Redis can't be reached; it is carried out when Redis is back");
    }

    [Fact]
    public async Task A_generator_that_goes_on_as_before_is_not_written_to()
    {
        await using var user = await User.ComeAsync(own.Cluster, own.Server, OwnCluster.Served);
        using var runs = new RunCount("steady-own");
        await user.ApplyAsync(Manifests.Script("steady", $"{runs.Noting}; {Manifests.Returns("h:1")}", "cacheTTL: 1s\nstaleTTL: 1m"));
        var before = await user.SeeAsync("steady", g => g.Ready == "True RunSucceeded");

        await Patience.UntilAsync(async () =>
        {
            (await user.GetAsync("steady")).Status.Should().Be(HttpStatusCode.OK);
            return runs.Value >= 5;
        }, () => $"{runs.Value} runs");

        (await user.SeeAsync("steady")).Version.Should().Be(before.Version);
        await user.ToldAsync("steady", Healthy);
    }

    [Fact]
    public async Task A_generator_whose_runs_end_otherwise_each_time_is_written_to_in_measure()
    {
        await using var user = await User.ComeAsync(own.Cluster, own.Server, OwnCluster.Served);
        using var runs = new RunCount("restless-own");
        // The number of targets is another each time.
        await user.ApplyAsync(Manifests.Script("restless", $"""
            {runs.Noting}
            return [dict(targets=['h:%d' % i for i in range(len(open('{runs.File}').readlines()))])]
            """, "cacheTTL: 1s\nstaleTTL: 1m"));
        await user.SeeAsync("restless", g => g.Ready == "True RunSucceeded");

        var versions = new HashSet<string>();
        var since = Stopwatch.GetTimestamp();
        await Patience.UntilAsync(async () =>
        {
            await user.GetAsync("restless");
            versions.Add((await user.SeeAsync("restless")).Version);
            return runs.Value >= 8 && Stopwatch.GetElapsedTime(since) > 2 * OwnCluster.StatusInterval;
        }, () => $"{runs.Value} runs");
        var most = 2 + (int)(Stopwatch.GetElapsedTime(since) / OwnCluster.StatusInterval);
        versions.Count.Should().BeInRange(2, most);

        // What came of the last run is not forgotten.
        await user.SeeAsync("restless", g => g.LastRun == $"success , {runs.Value}");
        (await user.EventsAsync("restless")).Sum(e => e.Count).Should().Be(2);
    }
}
