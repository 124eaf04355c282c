using System.Net;

namespace HttpSd.Cluster.Tests.Users;

public sealed class SuspendTests(LiveCluster live)
{
    [Fact]
    public async Task A_suspended_generator_serves_what_it_had_and_goes_on_when_resumed()
    {
        await using var user = await User.ComeAsync(live);
        await user.ApplyAsync(Manifests.Serves(user.Name, "h:1", "cacheTTL: 1s"));
        await user.AnswersAsync(user.Name, Manifests.List("h:1"));
        await user.SeeAsync(user.Name, g => g.Ready == "True RunSucceeded");

        await user.PatchSpecAsync(user.Name, """{"suspend":true}""");
        var suspended = await user.SeeAsync(user.Name, g => g.Generating == "False Suspended");
        (suspended.Ready, suspended.Published).Should().Be(("True Suspended", "True Published"));
        await Task.Delay(1500);
        // Past cacheTTL, and still served.
        (await user.GetAsync(user.Name)).Should().Be(new Answer(HttpStatusCode.OK, Manifests.List("h:1")));
        (await user.MustAsync("get", "tg", user.Name)).Should().MatchRegex(@"True +Suspended +\d+s +true");

        // A reload must not take away what nobody makes anew.
        await user.MustAsync("annotate", "tg", user.Name, "httpsd.io/reload=1");
        await user.SeeAsync(user.Name, g => g.LastHandledReload == "1");
        (await user.GetAsync(user.Name)).Should().Be(new Answer(HttpStatusCode.OK, Manifests.List("h:1")));
        (await user.EventsAsync(user.Name)).Should().NotContain(e => e.Message.Contains("every list"));

        await user.ApplyAsync(Manifests.Serves(user.Name, "h:2", "suspend: false"));
        await user.AnswersAsync(user.Name, Manifests.List("h:2"));
        await user.SeeAsync(user.Name, g => g.Ready == "True RunSucceeded");
        await user.ToldAsync(user.Name, "Published", "RunSucceeded", "Published", "Suspended", "Reloaded", "Published", "Resumed", "RunSucceeded");
    }

    [Fact]
    public async Task A_value_from_before_the_suspension_counts_again_after_another_one_during_it()
    {
        await using var user = await User.ComeAsync(live);
        using var runs = new RunCount(user.Name);
        await user.ApplyAsync(Manifests.Script(user.Name, runs.Counting));
        await user.SeeAsync(user.Name, g => g.Ready == "True RunSucceeded");
        await user.MustAsync("annotate", "tg", user.Name, "httpsd.io/reload=x");
        await user.AnswersAsync(user.Name, Manifests.List("run:2"));
        await user.PatchSpecAsync(user.Name, """{"suspend":true}""");
        await user.MustAsync("annotate", "tg", user.Name, "httpsd.io/reload=y", "--overwrite");
        await user.SeeAsync(user.Name, g => g is { LastHandledReload: "y", Ready: "True Suspended" });
        await user.PatchSpecAsync(user.Name, """{"suspend":false}""");
        await user.AnswersAsync(user.Name, Manifests.List("run:3"));

        await user.MustAsync("annotate", "tg", user.Name, "httpsd.io/reload=x", "--overwrite");

        await user.AnswersAsync(user.Name, Manifests.List("run:4"));
        await user.SeeAsync(user.Name, g => g is { LastHandledReload: "x", Ready: "True RunSucceeded" });
    }

    [Fact]
    public async Task One_that_is_resumed_as_it_was_says_that_its_run_has_succeeded()
    {
        await using var user = await User.ComeAsync(live);
        await user.ApplyAsync(Manifests.Serves(user.Name, "h:1"));
        await user.SeeAsync(user.Name, g => g.Ready == "True RunSucceeded");
        await user.PatchSpecAsync(user.Name, """{"suspend":true}""");
        await user.SeeAsync(user.Name, g => g.Ready == "True Suspended");

        await user.PatchSpecAsync(user.Name, """{"suspend":false}""");

        var resumed = await user.SeeAsync(user.Name, g => g.IsObserved && g.Ready == "True RunSucceeded");
        resumed.Generating.Should().StartWith("True");
    }

    [Fact]
    public async Task One_that_is_suspended_from_the_start_is_not_run_until_it_is_resumed()
    {
        await using var user = await User.ComeAsync(live);
        await user.ApplyAsync(Manifests.Serves(user.Name, "h:1", "suspend: true"));

        var seen = await user.SeeAsync(user.Name, g => g.Ready == "False Suspended");
        seen.Message("Ready").Should().Contain("no list is kept").And.Contain("spec.suspend");
        (await user.GetAsync(user.Name)).Status.Should().Be(HttpStatusCode.ServiceUnavailable);

        await user.PatchSpecAsync(user.Name, """{"suspend":false}""");
        await user.AnswersAsync(user.Name, Manifests.List("h:1"));
        await user.SeeAsync(user.Name, g => g.Ready == "True RunSucceeded");
    }
}
