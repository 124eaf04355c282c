using System.Diagnostics;
using System.Net;

namespace HttpSd.Cluster.Tests.Users;

public sealed class ApplyTests(LiveCluster live)
{
    [Fact]
    public async Task What_is_applied_answers_in_a_moment_and_says_so()
    {
        await using var user = await User.ComeAsync(live);
        (await user.GetAsync(user.Name)).Status.Should().Be(HttpStatusCode.NotFound);

        await user.ApplyAsync(Manifests.Serves(user.Name, "h:1"));
        var applied = Stopwatch.GetTimestamp();
        await user.AnswersAsync(user.Name, Manifests.List("h:1"));
        // Well below a second on a quiet machine; here others work, too.
        Stopwatch.GetElapsedTime(applied).Should().BeLessThan(TimeSpan.FromSeconds(5));

        var seen = await user.SeeAsync(user.Name, g => g.Ready == "True RunSucceeded");
        (seen.Path, seen.LastRun, seen.Published, seen.Generating, seen.LastHandledReload)
            .Should().Be((user.Name, "success , 1", "True Published", "True RunSucceeded", null));
        await user.ToldAsync(user.Name, "Published", "RunSucceeded");
        (await user.EventsAsync(user.Name)).Should().OnlyContain(e => e.Type == "Normal");
    }

    [Fact]
    public async Task A_static_list_answers_without_a_run()
    {
        await using var user = await User.ComeAsync(live);
        await user.ApplyAsync(Manifests.Generator(user.Name, """staticTargets: [{targets: ["h:2", "h:1"], labels: {a: b}}]"""));

        await user.AnswersAsync(user.Name, """[{"targets":["h:1","h:2"],"labels":{"a":"b"}}]""");
        var seen = await user.SeeAsync(user.Name, g => g is { Ready: "True Static", LastRun: not null });
        (seen.LastRun, seen.Generating).Should().Be(("success , 2", "True Static"));
        await user.ToldAsync(user.Name, "Published");
    }

    [Fact]
    public async Task Applying_the_same_again_changes_nothing()
    {
        await using var user = await User.ComeAsync(live);
        var manifest = Manifests.Serves(user.Name, "h:1");
        await user.ApplyAsync(manifest);
        var before = await user.SeeAsync(user.Name, g => g.Ready == "True RunSucceeded");

        (await user.ApplyAsync(manifest)).Should().Contain("unchanged");
        await user.MustAsync("label", "tg", user.Name, "team=a");
        await user.MustAsync("annotate", "tg", user.Name, "note=b");
        await Task.Delay(300);

        var after = await user.SeeAsync(user.Name);
        after.LastRunSince.Should().Be(before.LastRunSince);
        await user.ToldAsync(user.Name, "Published", "RunSucceeded");
    }

    [Fact]
    public async Task A_script_that_fails_from_the_start_says_why_and_is_waited_for_in_vain()
    {
        await using var user = await User.ComeAsync(live);
        await user.ApplyAsync(Manifests.Script(user.Name, "raise KeyError('no such inventory')", "timeout: 1s"));

        var seen = await user.SeeAsync(user.Name, g => g.Ready.StartsWith("False", StringComparison.Ordinal));
        (seen.Ready, seen.Published, seen.Generating).Should().Be(("False RunFailed", "True Published", "False RunFailed"));
        seen.LastRun.Should().Be("error KeyError: 'no such inventory', 0");
        seen.Message("Ready").Should().Contain("KeyError: 'no such inventory'").And.Contain("?debug=true");
        var waited = await user.KubectlAsync("wait", "--for=condition=Ready", $"tg/{user.Name}", "--timeout=1s");
        (waited.ExitCode, waited.Error).Should().Be((1, $"error: timed out waiting for the condition on targetgenerators/{user.Name}\n"));
        (await user.GetAsync(user.Name)).Should().Be(new Answer(HttpStatusCode.ServiceUnavailable, """{"error":"cache miss"}"""));
        await user.ToldAsync(user.Name, "Published", "RunFailed");
        (await user.EventsAsync(user.Name))[^1].Type.Should().Be("Warning");

        // The user mends it.
        await user.ApplyAsync(Manifests.Serves(user.Name, "h:1"));
        await user.MustAsync("wait", "--for=condition=Ready", $"tg/{user.Name}", "--timeout=10s");
        await user.AnswersAsync(user.Name, Manifests.List("h:1"));
    }

    [Fact]
    public async Task A_script_that_hangs_is_said_to_have_timed_out()
    {
        await using var user = await User.ComeAsync(live);
        await user.ApplyAsync(Manifests.Script(user.Name, "import time; time.sleep(60)", "timeout: 1s"));

        var seen = await user.SeeAsync(user.Name, g => g.Ready == "False RunTimedOut");
        (seen.LastRun, seen.Generating).Should().Be(("timeout TimeoutError: Generator exceeded timeout limit, 0", "False RunTimedOut"));
        await user.ToldAsync(user.Name, "Published", "RunTimedOut");
    }
}
