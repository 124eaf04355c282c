namespace HttpSd.Cluster.Tests.Users;

public sealed class KubectlTests(LiveCluster live)
{
    [Fact]
    public async Task The_tables_say_how_generators_are_doing()
    {
        await using var user = await User.ComeAsync(live);
        await user.ApplyAsync(
            Manifests.Serves("good", "h:1", $"path: {user.Name}/good")
            + Manifests.Script("bad", "raise ValueError('no')", $"path: {user.Name}/bad\nsuspend: false")
            + Manifests.Generator("nowhere", $"scriptFrom: {{configMapKeyRef: {{name: none, key: k}}}}\npath: {user.Name}/nowhere"));
        await user.SeeAsync("good", g => g.Ready == "True RunSucceeded");
        await user.SeeAsync("bad", g => g.Ready == "False RunFailed");
        await user.SeeAsync("nowhere", g => g.Ready == "False ConfigMapMissing");

        Rows(await user.MustAsync("get", "tg")).Should().BeEquivalentTo([
            "NAME PATH TARGETS READY REASON SINCE SUSPENDED",
            $"bad {user.Name}/bad 0 False RunFailed Ns false",
            $"good {user.Name}/good 1 True RunSucceeded Ns false",
            $"nowhere {user.Name}/nowhere False ConfigMapMissing false"]);
        Rows(await user.MustAsync("get", "tg", "-o", "wide")).Should().BeEquivalentTo([
            "NAME PATH TARGETS READY REASON SINCE SUSPENDED RUNTIME POOL AGE MESSAGE",
            $"bad {user.Name}/bad 0 False RunFailed Ns false python default Ns the last run failed with ValueError: no; ?debug=true of the path shows more",
            $"good {user.Name}/good 1 True RunSucceeded Ns false python default Ns the last run succeeded; its list is served, and made anew on request when it has expired",
            $"nowhere {user.Name}/nowhere False ConfigMapMissing false python default Ns spec.scriptFrom.configMapKeyRef: there is no ConfigMap 'none' in namespace '{user.Name}'"]);
        (await user.MustAsync("get", "httpsd", "-o", "name")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().Equal(
            "targetgenerator.httpsd.io/bad", "targetgenerator.httpsd.io/good", "targetgenerator.httpsd.io/nowhere");
        (await user.MustAsync("describe", "tg", "bad")).Should().Contain("Warning  RunFailed").And.Contain("ValueError: no");
    }

    [Fact]
    public async Task Who_waits_right_after_an_edit_waits_for_what_the_edit_comes_to()
    {
        await using var user = await User.ComeAsync(live);
        await user.ApplyAsync(Manifests.Serves(user.Name, "old:1"));
        await user.MustAsync("wait", $"tg/{user.Name}", "--for=condition=Ready", "--timeout=20s");
        for (var round = 0; round < 5; round++)
        {
            await user.ApplyAsync(Manifests.Serves(user.Name, $"new:{round}", $"path: {user.Name}/{round}"));
            var generation = (await user.SeeAsync(user.Name)).Metadata.GetProperty("generation").GetInt64();
            // As the reference says it: first for the operator to have seen the edit.
            await user.SeeAsync(user.Name, g => g.IsObserved);
            await user.MustAsync("wait", $"tg/{user.Name}", "--for=condition=Ready", "--timeout=20s");

            (await user.GetAsync($"{user.Name}/{round}")).Body.Should().Be(Manifests.List($"new:{round}"));
            (await user.SeeAsync(user.Name)).Metadata.GetProperty("generation").GetInt64().Should().Be(generation);
        }
    }

    [Fact]
    public async Task Every_field_is_explained()
    {
        await using var user = await User.ComeAsync(live);
        // Makes kubectl find out which kinds there are; explain alone doesn't.
        await user.MustAsync("get", "tg");
        (await user.MustAsync("explain", "tg")).Should().Contain("/targets/PATH");
        var spec = await user.MustAsync("explain", "tg.spec");
        foreach (var field in (string[])[
            "path", "script", "scriptFrom", "staticTargets", "runtime", "isolation", "timeout", "cacheTTL", "staleTTL",
            "errorTTL", "parameters", "maxVariants", "maxShrinkPercent", "workerPool", "suspend"])
            spec.Should().MatchRegex($@"(?m)^   {field}\t<.+>\n     \S");
        (await user.MustAsync("explain", "tg.spec.scriptFrom.configMapKeyRef.key")).Should().Contain("binaryData");
        (await user.MustAsync("explain", "tg.spec.parameters.pattern")).Should().Contain("regular expression");
        (await user.MustAsync("explain", "tg.status.lastRun.since")).Should().Contain("first time in a row");
    }

    private static IEnumerable<string> Rows(string table) =>
        table.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(row => string.Join(' ', row.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            .Select(row => System.Text.RegularExpressions.Regex.Replace(row, @"\b\d+s\b", "Ns"));
}
