namespace HttpSd.Cluster.Tests.Users;

public sealed class ConflictTests(LiveCluster live)
{
    [Fact]
    public async Task The_older_one_keeps_the_path_until_it_is_deleted()
    {
        await using var user = await User.ComeAsync(live);
        var (older, younger, path) = ($"{user.Name}-z", $"{user.Name}-a", $"{user.Name}/shared");
        await OlderThenYoungerAsync(user, older, younger, path);

        var seen = await user.SeeAsync(younger, g => g.Ready == "False PathConflict");
        (seen.Published, seen.Generating, seen.LastRun).Should().Be(("False PathConflict", "Unknown NotPublished", null));
        seen.Message("Ready").Should().Be(
            $"the path '{path}' belongs to {user.Name}/{older}, which is older; choose another spec.path or delete that object");
        (await user.GetAsync(path)).Body.Should().Be(Manifests.List("older:1"));

        await user.MustAsync("delete", "tg", older);
        await user.AnswersAsync(path, Manifests.List("younger:1"));
        await user.SeeAsync(younger, g => g.Ready == "True RunSucceeded");
        await user.ToldAsync(younger, "PathConflict", "Published", "RunSucceeded");
    }

    [Fact]
    public async Task The_younger_one_takes_over_when_the_older_moves_away_and_keeps_it()
    {
        await using var user = await User.ComeAsync(live);
        var (older, younger, path) = ($"{user.Name}-z", $"{user.Name}-a", $"{user.Name}/shared");
        await OlderThenYoungerAsync(user, older, younger, path);
        await user.SeeAsync(younger, g => g.Ready == "False PathConflict");

        await user.PatchSpecAsync(older, $$"""{"path":"{{user.Name}}/away"}""");
        await user.AnswersAsync(path, Manifests.List("younger:1"));
        await user.AnswersAsync($"{user.Name}/away", Manifests.List("older:1"));
        (await user.SeeAsync(older, g => g.Ready == "True RunSucceeded")).Path.Should().Be($"{user.Name}/away");
        await user.SeeAsync(younger, g => g.Ready == "True RunSucceeded");

        // The older one comes back: it is older still, and has the path again.
        await user.PatchSpecAsync(older, $$"""{"path":"{{path}}"}""");
        await user.AnswersAsync(path, Manifests.List("older:1"));
        await user.SeeAsync(older, g => g.Ready == "True RunSucceeded");
        await user.SeeAsync(younger, g => g.Ready == "False PathConflict");
        await user.GoneAsync($"{user.Name}/away");
    }

    [Fact]
    public async Task Of_two_made_in_one_second_namespace_and_name_decide()
    {
        await using var user = await User.ComeAsync(live);
        var path = $"{user.Name}/same";
        for (var round = 0; ; round++)
        {
            var (a, b) = ($"{user.Name}-a{round}", $"{user.Name}-b{round}");
            // b comes first, and yet a has it.
            await user.ApplyAsync(Manifests.Serves(b, "b:1", $"path: {path}") + Manifests.Serves(a, "a:1", $"path: {path}"));
            if (Created(await user.SeeAsync(a)) != Created(await user.SeeAsync(b)))
            {
                round.Should().BeLessThan(5);
                await user.MustAsync("delete", "tg", a, b);
                continue;
            }
            await user.SeeAsync(a, g => g.Ready == "True RunSucceeded");
            (await user.SeeAsync(b, g => g.Ready == "False PathConflict")).Message("Ready").Should().Contain($"{user.Name}/{a}");
            await user.AnswersAsync(path, Manifests.List("a:1"));
            return;
        }
    }

    [Fact]
    public async Task An_object_in_another_namespace_conflicts_as_well()
    {
        await using var first = await User.ComeAsync(live);
        await using var second = await User.ComeAsync(live);
        await first.ApplyAsync(Manifests.Serves(first.Name, "first:1"));
        await first.AnswersAsync(first.Name, Manifests.List("first:1"));
        await NextSecondAsync();
        await second.ApplyAsync(Manifests.Serves("mine", "second:1", $"path: {first.Name}"));
        (await second.SeeAsync("mine", g => g.Ready == "False PathConflict")).Message("Ready").Should().Contain($"{first.Name}/{first.Name}");

        // One whose spec is wrong in another way still has its path; what it served goes on.
        await first.PatchSpecAsync(first.Name, """{"timeout":"2h"}""");
        await first.SeeAsync(first.Name, g => g.Ready == "False InvalidSpec");
        (await first.GetAsync(first.Name)).Body.Should().Be(Manifests.List("first:1"));
        await second.SeeAsync("mine", g => g.Ready == "False PathConflict");

        // And a third gets it when both are gone or elsewhere.
        await first.MustAsync("delete", "namespace", first.Name, "--wait=false");
        await first.MustAsync("delete", "tg", first.Name);
        await second.AnswersAsync(first.Name, Manifests.List("second:1"));
    }

    private static async Task OlderThenYoungerAsync(User user, string older, string younger, string path)
    {
        await user.ApplyAsync(Manifests.Serves(older, "older:1", $"path: {path}"));
        await user.AnswersAsync(path, Manifests.List("older:1"));
        await NextSecondAsync();
        await user.ApplyAsync(Manifests.Serves(younger, "younger:1", $"path: {path}"));
    }

    // creationTimestamp has whole seconds.
    private static Task NextSecondAsync() => Task.Delay(1050);

    private static string Created(GeneratorView seen) => seen.Metadata.GetProperty("creationTimestamp").GetString()!;
}
