using System.Net;

namespace HttpSd.Cluster.Tests.Users;

public sealed class EditTests(LiveCluster live)
{
    [Fact]
    public async Task The_old_list_is_served_until_the_edited_script_has_succeeded()
    {
        await using var user = await User.ComeAsync(live);
        await user.ApplyAsync(Manifests.Serves(user.Name, "old:1"));
        await user.AnswersAsync(user.Name, Manifests.List("old:1"));

        await user.ApplyAsync(Manifests.Script(user.Name, $"import time; time.sleep(1.5); {Manifests.Returns("new:1")}"));
        var pending = await user.SeeAsync(user.Name, g => g.Generating == "Unknown RunPending");
        (pending.Ready, pending.Published, pending.LastRun).Should().Be(("True ServingLastGood", "True Published", "success , 1"));
        var answers = new HashSet<Answer>();
        await Patience.UntilAsync(async () =>
        {
            answers.Add(await user.GetAsync(user.Name));
            return answers.Contains(new Answer(HttpStatusCode.OK, Manifests.List("new:1")));
        }, () => string.Join(' ', answers));

        answers.Should().BeEquivalentTo([
            new Answer(HttpStatusCode.OK, Manifests.List("old:1")), new Answer(HttpStatusCode.OK, Manifests.List("new:1"))]);
        await user.SeeAsync(user.Name, g => g.Ready == "True RunSucceeded");
        await user.ToldAsync(user.Name, "Published", "RunSucceeded", "Published", "RunSucceeded");
    }

    [Fact]
    public async Task An_edit_that_breaks_the_script_leaves_the_old_list_served()
    {
        await using var user = await User.ComeAsync(live);
        await user.ApplyAsync(Manifests.Serves(user.Name, "old:1"));
        await user.AnswersAsync(user.Name, Manifests.List("old:1"));
        var before = await user.SeeAsync(user.Name, g => g.Ready == "True RunSucceeded");

        await user.ApplyAsync(Manifests.Script(user.Name, "return nothing_of_this_name"));
        var seen = await user.SeeAsync(user.Name, g => g.Generating == "False RunFailed");

        (seen.Ready, seen.Published, seen.Since("Ready")).Should().Be(("True ServingLastGood", "True Published", before.Since("Ready")));
        seen.Message("Ready").Should().Contain("NameError");
        seen.LastRun.Should().Be("error NameError: name 'nothing_of_this_name' is not defined, 1");
        (await user.GetAsync(user.Name)).Should().Be(new Answer(HttpStatusCode.OK, Manifests.List("old:1")));
        await user.ToldAsync(user.Name, "Published", "RunSucceeded", "Published", "RunFailed");
    }

    [Fact]
    public async Task An_edited_path_is_gone_and_the_new_one_answers()
    {
        await using var user = await User.ComeAsync(live);
        var (before, after) = ($"{user.Name}/before", $"{user.Name}/after");
        await user.ApplyAsync(Manifests.Serves(user.Name, "h:1", $"path: {before}"));
        await user.AnswersAsync(before, Manifests.List("h:1"));
        await user.SeeAsync(user.Name, g => g.Ready == "True RunSucceeded");

        await user.PatchSpecAsync(user.Name, $$"""{"path":"{{after}}"}""");

        await user.AnswersAsync(after, Manifests.List("h:1"));
        await user.GoneAsync(before);
        (await user.SeeAsync(user.Name, g => g.Ready == "True RunSucceeded")).Path.Should().Be(after);
        // The note of the removal stays until it was gone through again.
        await Patience.UntilAsync(async () => (await user.KeysAsync(before)).Count == 0, () => "something of it is left");
        await user.ToldAsync(user.Name, "Published", "RunSucceeded", "Published", "PathRemoved", "RunSucceeded");
        (await user.EventsAsync(user.Name)).Should().ContainSingle(e => e.Reason == "PathRemoved" && e.Message.Contains(before));
    }

    [Fact]
    public async Task A_change_of_the_runtime_is_run_with_the_other_one()
    {
        await using var user = await User.ComeAsync(live);
        await user.ApplyAsync(Manifests.Serves(user.Name, "h:1"));
        await user.AnswersAsync(user.Name, Manifests.List("h:1"));

        await user.ApplyAsync(Manifests.Generator(user.Name, """
            runtime: exec
            script: |
              #!/bin/sh
              echo '[{"targets":["sh:1"]}]'
            """));
        await user.AnswersAsync(user.Name, Manifests.List("sh:1"));

        // Another kind of source: kubectl apply takes the first one away.
        await user.ApplyAsync(Manifests.Generator(user.Name, """staticTargets: [{targets: ["static:1"]}]"""));
        await user.AnswersAsync(user.Name, Manifests.List("static:1"));
        await user.SeeAsync(user.Name, g => g.Ready == "True Static");
    }

    [Fact]
    public async Task Many_edits_at_once_end_with_the_last()
    {
        await using var user = await User.ComeAsync(live);
        await user.ApplyAsync(Manifests.Serves(user.Name, "h:0"));
        foreach (var edit in Enumerable.Range(1, 8))
            await user.PatchSpecAsync(user.Name, $$"""{"script":"def generate_targets(**p):\n    return [{'targets':['h:{{edit}}']}]\n"}""");

        await user.AnswersAsync(user.Name, Manifests.List("h:8"));
        await user.SeeAsync(user.Name, g => g.Ready == "True RunSucceeded");
        await Task.Delay(200);
        (await user.GetAsync(user.Name)).Body.Should().Be(Manifests.List("h:8"));
    }
}
