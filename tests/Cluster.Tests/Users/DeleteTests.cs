using System.Net;

namespace HttpSd.Cluster.Tests.Users;

public sealed class DeleteTests(LiveCluster live)
{
    [Fact]
    public async Task A_deleted_generator_leaves_nothing()
    {
        await using var user = await User.ComeAsync(live);
        await user.ApplyAsync(Manifests.Serves(user.Name, "h:1"));
        await user.AnswersAsync(user.Name, Manifests.List("h:1"));
        await user.AnswersAsync($"{user.Name}?env=a", Manifests.List("h:1"));
        var uid = (await user.SeeAsync(user.Name, g => g.Ready == "True RunSucceeded")).Uid;
        await user.MustAsync("annotate", "tg", user.Name, "httpsd.io/reload=1");
        await user.SeeAsync(user.Name, g => g.LastHandledReload == "1" && g.Ready == "True RunSucceeded");
        (await user.KeysAsync(user.Name)).Should().NotBeEmpty();
        (await user.KeysAsync(uid)).Should().NotBeEmpty();

        await user.MustAsync("delete", "tg", user.Name);

        await user.GoneAsync(user.Name);
        await NothingLeftAsync(user, user.Name);
        await NothingLeftAsync(user, uid);
    }

    [Fact]
    public async Task A_generator_deleted_during_its_run_leaves_nothing()
    {
        await using var user = await User.ComeAsync(live);
        var mark = Path.Combine(Path.GetTempPath(), user.Name);
        await user.ApplyAsync(Manifests.Script(
            user.Name, $"open('{mark}', 'w').close(); import time; time.sleep(2); {Manifests.Returns("h:1")}"));
        await Patience.UntilAsync(() => Task.FromResult(File.Exists(mark)), () => "it didn't begin to run");

        await user.MustAsync("delete", "tg", user.Name);
        await user.GoneAsync(user.Name);
        await NothingLeftAsync(user, user.Name);
        // Past the end of the run, had it gone on.
        await Patience.WhileAsync(async () => (await user.KeysAsync(user.Name)).Count == 0, () => "a late result was stored", 2);
        File.Delete(mark);
    }

    [Fact]
    public async Task One_that_is_made_again_under_its_name_starts_without_lists()
    {
        await using var user = await User.ComeAsync(live);
        await user.ApplyAsync(Manifests.Serves(user.Name, "first:1"));
        await user.AnswersAsync(user.Name, Manifests.List("first:1"));
        var first = await user.SeeAsync(user.Name, g => g.Ready == "True RunSucceeded");

        await user.MustAsync("delete", "tg", user.Name);
        await user.ApplyAsync(Manifests.Script(user.Name, "raise ValueError('second')"));

        var second = await user.SeeAsync(user.Name, g => g.Generating == "False RunFailed");
        second.Uid.Should().NotBe(first.Uid);
        (second.Ready, second.LastRun).Should().Be(("False RunFailed", "error ValueError: second, 0"));
        (await user.GetAsync(user.Name)).Status.Should().Be(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Replaced_by_force_it_is_the_new_one_that_answers()
    {
        await using var user = await User.ComeAsync(live);
        for (var round = 1; round <= 3; round++)
        {
            var result = await user.TryApplyAsync(Manifests.Serves(user.Name, $"round:{round}"), "--force", "--overwrite");
            result.ExitCode.Should().Be(0, result.Error);
            await user.MustAsync("delete", "tg", user.Name, "--wait=false");
            await user.ApplyAsync(Manifests.Serves(user.Name, $"again:{round}"));
        }
        await user.AnswersAsync(user.Name, Manifests.List("again:3"));
        await user.SeeAsync(user.Name, g => g.Ready == "True RunSucceeded");
    }

    [Fact]
    public async Task Deleted_right_after_it_was_applied_it_leaves_nothing()
    {
        await using var user = await User.ComeAsync(live);
        var names = Enumerable.Range(0, 5).Select(i => $"{user.Name}-{i}").ToList();
        await user.ApplyAsync(string.Concat(names.Select(n => Manifests.Serves(n, "h:1"))));
        await user.MustAsync(["delete", "tg", "--wait=false", .. names]);

        await Task.WhenAll(names.Select(user.GoneAsync));
        await NothingLeftAsync(user, user.Name);
    }

    [Fact]
    public async Task One_that_somebody_else_s_finalizer_holds_is_gone_for_its_readers_at_once()
    {
        await using var user = await User.ComeAsync(live);
        var spec = Manifests.Python(Manifests.Returns("h:1"));
        await user.ApplyAsync(Manifests.Generator(user.Name, spec, "finalizers: [example.com/hold]"));
        await user.AnswersAsync(user.Name, Manifests.List("h:1"));
        await user.SeeAsync(user.Name, g => g.Ready == "True RunSucceeded");

        await user.MustAsync("delete", "tg", user.Name, "--wait=false");

        await user.GoneAsync(user.Name);
        await NothingLeftAsync(user, $"/targets/{user.Name}");
        // An edit of what is on its way out brings nothing back.
        await user.PatchSpecAsync(user.Name, """{"cacheTTL":"7m"}""");
        await Patience.WhileAsync(async () => (await user.KeysAsync($"/targets/{user.Name}")).Count == 0, () => "it came back", 1);

        await user.MustAsync("patch", "tg", user.Name, "--type=merge", "-p", """{"metadata":{"finalizers":null}}""");
        await NothingLeftAsync(user, user.Name);
    }

    private static async Task NothingLeftAsync(User user, string text)
    {
        IReadOnlyList<string> keys = [];
        await Patience.UntilAsync(async () => (keys = await user.KeysAsync(text)).Count == 0, () => string.Join('\n', keys));
    }
}
