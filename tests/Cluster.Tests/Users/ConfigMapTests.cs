namespace HttpSd.Cluster.Tests.Users;

public sealed class ConfigMapTests(LiveCluster live)
{
    private const string From = "scriptFrom: {configMapKeyRef: {name: scripts, key: gen.py}}";

    [Fact]
    public async Task An_edit_of_the_ConfigMap_publishes_anew()
    {
        await using var user = await User.ComeAsync(live);
        await user.ApplyAsync(Serving("v1:1") + Manifests.Generator(user.Name, From));
        await user.AnswersAsync(user.Name, Manifests.List("v1:1"));
        await user.SeeAsync(user.Name, g => g.Ready == "True RunSucceeded");

        await user.ApplyAsync(Serving("v2:1"));
        await user.AnswersAsync(user.Name, Manifests.List("v2:1"));
        await user.SeeAsync(user.Name, g => g.Ready == "True RunSucceeded");

        // Another key of it is nobody's script.
        await user.MustAsync("patch", "configmap", "scripts", "--type=merge", "-p", """{"data":{"other.py":"nothing"}}""");
        await user.MustAsync("annotate", "configmap", "scripts", "a=b");
        await Task.Delay(300);
        await user.ToldAsync(user.Name, "Published", "RunSucceeded", "Published", "RunSucceeded");
    }

    [Fact]
    public async Task A_ConfigMap_that_comes_later_heals()
    {
        await using var user = await User.ComeAsync(live);
        await user.ApplyAsync(Manifests.Generator(user.Name, From));
        var seen = await user.SeeAsync(user.Name, g => g.Ready == "False ConfigMapMissing");
        (seen.Published, seen.Generating).Should().Be(("False ConfigMapMissing", "Unknown NotPublished"));
        seen.Message("Ready").Should().Be($"spec.scriptFrom.configMapKeyRef: there is no ConfigMap 'scripts' in namespace '{user.Name}'");
        await user.GoneAsync(user.Name);

        await user.ApplyAsync(Manifests.ConfigMap("scripts", "wrong.py", Manifests.Function(Manifests.Returns("h:1"))));
        seen = await user.SeeAsync(user.Name, g => g.Ready == "False KeyMissing");
        seen.Message("Ready").Should().Contain("no key 'gen.py'");

        await user.ApplyAsync(Serving("h:1"));
        await user.AnswersAsync(user.Name, Manifests.List("h:1"));
        await user.SeeAsync(user.Name, g => g.Ready == "True RunSucceeded");
        await user.ToldAsync(user.Name, "ConfigMapMissing", "KeyMissing", "Published", "RunSucceeded");
    }

    [Fact]
    public async Task Whatever_happens_to_the_ConfigMap_the_last_good_definition_is_served()
    {
        await using var user = await User.ComeAsync(live);
        using var runs = new RunCount(user.Name);
        await user.ApplyAsync(
            Manifests.ConfigMap("scripts", "gen.py", Manifests.Function(runs.Counting)) + Manifests.Generator(user.Name, From));
        await user.AnswersAsync(user.Name, Manifests.List("run:1"));

        await user.MustAsync("patch", "configmap", "scripts", "--type=merge", "-p", """{"data":{"gen.py":null,"a":"b"}}""");
        await BrokenAsync(user, "KeyMissing");
        await user.MustAsync("patch", "configmap", "scripts", "--type=merge", "-p", """{"binaryData":{"gen.py":"AAEC"}}""");
        await BrokenAsync(user, "BinaryData");
        await user.MustAsync("patch", "configmap", "scripts", "--type=merge", "-p", """{"binaryData":null,"data":{"gen.py":"   "}}""");
        await BrokenAsync(user, "InvalidSpec", $"spec.scriptFrom: key 'gen.py' of ConfigMap '{user.Name}/scripts': the script is empty");
        await user.MustAsync("delete", "configmap", "scripts");
        await BrokenAsync(user, "ConfigMapMissing");

        // It is the same definition, and it goes on as it was: what was asked for in the meantime is run, too.
        await user.AnswersAsync($"{user.Name}?env=a", Manifests.List("run:2"));
        await user.MustAsync("annotate", "tg", user.Name, "httpsd.io/reload=1");
        await user.AnswersAsync(user.Name, Manifests.List("run:3"));
        await BrokenAsync(user, "ConfigMapMissing", served: "run:3");

        await user.ApplyAsync(Serving("healed:1"));
        await user.AnswersAsync(user.Name, Manifests.List("healed:1"));
        await user.SeeAsync(user.Name, g => g.Ready == "True RunSucceeded");
    }

    [Fact]
    public async Task Two_generators_of_one_ConfigMap_both_follow_it()
    {
        await using var user = await User.ComeAsync(live);
        var (one, two) = ($"{user.Name}-1", $"{user.Name}-2");
        await user.ApplyAsync(Serving("v1:1") + Manifests.Generator(one, From) + Manifests.Generator(two, From));
        await Task.WhenAll(user.AnswersAsync(one, Manifests.List("v1:1")), user.AnswersAsync(two, Manifests.List("v1:1")));

        // One of them leaves it; the other stays its user.
        await user.ApplyAsync(Serving("v2:1") + Manifests.Serves(one, "own:1"));
        await Task.WhenAll(user.AnswersAsync(one, Manifests.List("own:1")), user.AnswersAsync(two, Manifests.List("v2:1")));
        await user.ApplyAsync(Serving("v3:1"));
        await user.AnswersAsync(two, Manifests.List("v3:1"));
        (await user.GetAsync(one)).Body.Should().Be(Manifests.List("own:1"));
    }

    private static string Serving(string target) =>
        Manifests.ConfigMap("scripts", "gen.py", Manifests.Function(Manifests.Returns(target)));

    private static async Task BrokenAsync(User user, string reason, string message = "spec.scriptFrom", string served = "run:1")
    {
        var seen = await user.SeeAsync(user.Name, g => g.Ready == $"False {reason}" && g.Generating == "True RunSucceeded");
        seen.Published.Should().Be($"False {reason}");
        seen.Message("Published").Should().Contain(message).And.EndWith($"; the last good definition goes on being served as /targets/{user.Name}");
        (await user.GetAsync(user.Name)).Body.Should().Be(Manifests.List(served));
    }
}
