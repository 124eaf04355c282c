using System.Net;

namespace HttpSd.Cluster.Tests.Users;

public sealed class ReloadTests(LiveCluster live)
{
    [Fact]
    public async Task Each_value_of_the_annotation_counts_once()
    {
        await using var user = await User.ComeAsync(live);
        using var runs = new RunCount(user.Name);
        await user.ApplyAsync(Manifests.Script(user.Name, runs.Counting));
        await user.SeeAsync(user.Name, g => g.Ready == "True RunSucceeded");
        await user.AnswersAsync($"{user.Name}?env=a", Manifests.List("run:2"));
        await user.AnswersAsync($"{user.Name}?env=b", Manifests.List("run:3"));

        await ReloadAsync(user, "one", runs, 4);
        await user.AnswersAsync(user.Name, Manifests.List("run:4"));
        // The other variants are cleared and run when somebody asks, not before.
        (await user.GetAsync($"{user.Name}?env=a")).Should().Be(new Answer(HttpStatusCode.ServiceUnavailable, """{"error":"cache miss"}"""));
        await user.AnswersAsync($"{user.Name}?env=a", Manifests.List("run:5"));

        // The same value again, and other changes beside it, are nothing.
        await user.MustAsync("annotate", "tg", user.Name, "httpsd.io/reload=one", "--overwrite");
        await user.MustAsync("label", "tg", user.Name, "some=label");
        await user.MustAsync("annotate", "tg", user.Name, "httpsd.io/reload-");
        await user.MustAsync("annotate", "tg", user.Name, "httpsd.io/reload=");
        await user.MustAsync("annotate", "tg", user.Name, "httpsd.io/reload=one", "--overwrite");
        await Patience.WhileAsync(() => Task.FromResult(runs.Value == 5), () => $"{runs.Value} runs", 0.5);
        (await user.GetAsync($"{user.Name}?env=a")).Body.Should().Be(Manifests.List("run:5"));

        // And a value that was used before the last is another one.
        await ReloadAsync(user, "two", runs, 6);
        await ReloadAsync(user, "one", runs, 7);
        await Patience.WhileAsync(() => Task.FromResult(runs.Value == 7), () => $"{runs.Value} runs", 0.3);
        var told = (await user.EventsAsync(user.Name)).Where(e => e.Reason == "Reloaded").ToList();
        told.Sum(e => e.Count).Should().Be(3);
        told[0].Message.Should().Be($"reload one: every list of '{user.Name}' was cleared and a run was asked for");
    }

    [Fact]
    public async Task A_reload_of_a_failing_script_clears_its_list_and_resets_its_backoff()
    {
        await using var user = await User.ComeAsync(live);
        using var runs = new RunCount(user.Name);
        await user.ApplyAsync(Manifests.Serves(user.Name, "old:1"));
        await user.AnswersAsync(user.Name, Manifests.List("old:1"));
        await user.ApplyAsync(Manifests.Script(user.Name, $"{runs.Noting}; raise OSError('down')"));
        await user.SeeAsync(user.Name, g => g.Ready == "True ServingLastGood" && g.Generating == "False RunFailed");

        await user.MustAsync("annotate", "tg", user.Name, "httpsd.io/reload=now");

        await user.SeeAsync(user.Name, g => g.LastHandledReload == "now" && g.Ready == "False RunFailed");
        runs.Value.Should().Be(2);
        (await user.GetAsync(user.Name)).Status.Should().Be(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task A_generator_that_is_created_with_the_annotation_is_run_once()
    {
        await using var user = await User.ComeAsync(live);
        using var runs = new RunCount(user.Name);
        var spec = Manifests.Python(runs.Counting);
        await user.ApplyAsync(Manifests.Generator(user.Name, spec, "annotations: {httpsd.io/reload: first}"));

        await user.SeeAsync(user.Name, g => g is { Ready: "True RunSucceeded", LastHandledReload: "first" });
        await Patience.WhileAsync(() => Task.FromResult(runs.Value == 1), () => $"{runs.Value} runs", 0.3);
        await user.ToldAsync(user.Name, "Published", "RunSucceeded");
    }

    [Fact]
    public async Task To_remove_the_annotation_or_to_empty_it_asks_for_nothing()
    {
        await using var user = await User.ComeAsync(live);
        using var runs = new RunCount(user.Name);
        await user.ApplyAsync(Manifests.Script(user.Name, runs.Counting));
        await user.SeeAsync(user.Name, g => g.Ready == "True RunSucceeded");
        await ReloadAsync(user, "one", runs, 2);

        await user.MustAsync("annotate", "tg", user.Name, "httpsd.io/reload-");
        await Patience.WhileAsync(() => Task.FromResult(runs.Value == 2), () => $"{runs.Value} runs", 0.5);
        await user.MustAsync("annotate", "tg", user.Name, "httpsd.io/reload=");
        await Patience.WhileAsync(() => Task.FromResult(runs.Value == 2), () => $"{runs.Value} runs", 0.5);

        (await user.SeeAsync(user.Name)).LastHandledReload.Should().Be("one");
        (await user.EventsAsync(user.Name)).Where(e => e.Reason == "Reloaded").Sum(e => e.Count).Should().Be(1);
    }

    [Fact]
    public async Task A_reload_while_nothing_is_published_waits_and_is_told_of()
    {
        await using var user = await User.ComeAsync(live);
        using var runs = new RunCount(user.Name);
        await user.ApplyAsync(Manifests.Script(user.Name, runs.Counting, "workerPool: later"));
        await user.SeeAsync(user.Name, g => g.Ready == "False PoolNotFound");
        await user.MustAsync("annotate", "tg", user.Name, "httpsd.io/reload=one");
        await user.ToldAsync(user.Name, "PoolNotFound", "ReloadWaiting");

        await user.PatchSpecAsync(user.Name, """{"workerPool":"default"}""");

        await user.SeeAsync(user.Name, g => g is { LastHandledReload: "one", Ready: "True RunSucceeded" });
        await Patience.WhileAsync(() => Task.FromResult(runs.Value == 1), () => $"{runs.Value} runs", 0.3);
        await user.ToldAsync(user.Name, "PoolNotFound", "ReloadWaiting", "Published", "Reloaded", "RunSucceeded");
        (await user.EventsAsync(user.Name)).Select(e => e.Message).Should()
            .Contain("reload one waits: nothing is published yet; the condition Published says why")
            .And.Contain($"reload one: there was nothing to clear, '{user.Name}' is published anew");
    }

    [Fact]
    public async Task Edited_and_reloaded_at_once_the_new_script_is_run_and_the_old_list_is_gone()
    {
        await using var user = await User.ComeAsync(live);
        await user.ApplyAsync(Manifests.Serves(user.Name, "old:1"));
        await user.SeeAsync(user.Name, g => g.Ready == "True RunSucceeded");

        await user.ApplyAsync(Manifests.Generator(
            user.Name, Manifests.Python("raise ValueError('new')"), "annotations: {httpsd.io/reload: both}"));

        var seen = await user.SeeAsync(user.Name, g => g.LastHandledReload == "both" && g.Generating == "False RunFailed");
        seen.Ready.Should().Be("False RunFailed");
        (await user.GetAsync(user.Name)).Status.Should().Be(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task A_value_of_any_kind_counts()
    {
        await using var user = await User.ComeAsync(live);
        using var runs = new RunCount(user.Name);
        await user.ApplyAsync(Manifests.Script(user.Name, runs.Counting));
        await user.SeeAsync(user.Name, g => g.Ready == "True RunSucceeded");

        await ReloadAsync(user, "2026-01-01T00:00:00+01:00 {\"a\": 'b'}", runs, 2);
        await ReloadAsync(user, "ä€😀", runs, 3);
        var longest = new string('x', 5000);
        await user.MustAsync("annotate", "tg", user.Name, $"httpsd.io/reload={longest}", "--overwrite");
        await Patience.UntilAsync(() => Task.FromResult(runs.Value == 4), () => $"{runs.Value} runs");
        (await user.SeeAsync(user.Name, g => g.LastHandledReload!.StartsWith("xxx", StringComparison.Ordinal))).LastHandledReload!.Length.Should().BeLessThanOrEqualTo(256);
        await Patience.WhileAsync(() => Task.FromResult(runs.Value == 4), () => $"{runs.Value} runs", 0.3);
    }

    private static async Task ReloadAsync(User user, string value, RunCount runs, int expected)
    {
        await user.MustAsync("annotate", "tg", user.Name, $"httpsd.io/reload={value}", "--overwrite");
        await user.SeeAsync(user.Name, g => g.LastHandledReload == value && g.Ready == "True RunSucceeded");
        await Patience.UntilAsync(() => Task.FromResult(runs.Value == expected), () => $"{runs.Value} runs, not {expected}");
    }
}
