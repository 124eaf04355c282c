namespace HttpSd.Cluster.Tests.Users;

public sealed class SpecTests(LiveCluster live)
{
    private const string Good = """script: "def generate_targets(**p): return []" """;

    // What the schema refuses, so that kubectl says it: name, lines beside the script, what it says.
    private static readonly (string Name, string Spec, string Said)[] Refused =
    [
        ("path-empty", Good + "\npath: ''", "spec.path in body should be at least 1 chars long"),
        ("path-slash", Good + "\npath: /a", """spec.path: Invalid value: "/a": spec.path in body should match"""),
        ("path-trailing", Good + "\npath: a/", "spec.path in body should match"),
        ("path-double", Good + "\npath: a//b", "spec.path in body should match"),
        ("path-dots", Good + "\npath: a/../b", "spec.path in body should match"),
        ("path-space", Good + "\npath: a b", "spec.path in body should match"),
        ("path-number", Good + "\npath: 5", "spec.path in body must be of type string"),
        ("path-long", Good + "\npath: " + new string('a', 513), "spec.path in body should be at most 512 chars long"),
        ("script-empty", "script: ''", "spec.script in body should be at least 1 chars long"),
        ("script-number", "script: 5", "spec.script in body must be of type string"),
        ("script-list", "script: [a]", "spec.script in body must be of type string"),
        ("runtime", Good + "\nruntime: ruby", """spec.runtime: Unsupported value: "ruby": supported values: "python", "exec" """),
        ("isolation", Good + "\nisolation: pod", """spec.isolation: Unsupported value: "pod": supported values: "generator", "job" """),
        ("timeout-number", Good + "\ntimeout: 30", "spec.timeout in body must be of type string"),
        ("timeout-word", Good + "\ntimeout: soon", """spec.timeout: Invalid value: "soon": spec.timeout in body should match"""),
        ("timeout-days", Good + "\ntimeout: 1d", "spec.timeout in body should match"),
        ("timeout-negative", Good + "\ntimeout: -5s", "spec.timeout in body should match"),
        ("cache-blank", Good + "\ncacheTTL: 5 m", "spec.cacheTTL in body should match"),
        ("stale-true", Good + "\nstaleTTL: true", "spec.staleTTL in body must be of type string"),
        ("error-unit", Good + "\nerrorTTL: 1h30", "spec.errorTTL in body should match"),
        ("parameters-map", Good + "\nparameters: {name: env}", "spec.parameters in body must be of type array"),
        ("parameters-noname", Good + "\nparameters: [{default: a}]", "spec.parameters.name: Required value"),
        ("parameters-twice", Good + "\nparameters: [{name: a}, {name: a}]", "spec.parameters[1]: Duplicate value"),
        ("parameters-default", Good + "\nparameters: [{name: a, default: 5}]", "spec.parameters.default in body must be of type string"),
        ("parameters-many", Good + $"\nparameters: [{string.Join(", ", Enumerable.Range(0, 33).Select(i => $"{{name: p{i}}}"))}]", "spec.parameters in body should have at most 32 items"),
        ("variants-none", Good + "\nmaxVariants: 0", "spec.maxVariants in body should be greater than or equal to 1"),
        ("variants-many", Good + "\nmaxVariants: 10001", "spec.maxVariants in body should be less than or equal to 10000"),
        ("variants-text", Good + "\nmaxVariants: '5'", "spec.maxVariants in body must be of type integer"),
        ("variants-half", Good + "\nmaxVariants: 1.5", "spec.maxVariants in body must be of type integer"),
        ("shrink", Good + "\nmaxShrinkPercent: 101", "spec.maxShrinkPercent in body should be less than or equal to 100"),
        ("pool-name", Good + "\nworkerPool: Big_One", "spec.workerPool in body should match"),
        ("suspend", Good + "\nsuspend: 'yes'", "spec.suspend in body must be of type boolean"),
        ("from-empty", "scriptFrom: {}", "spec.scriptFrom.configMapKeyRef: Required value"),
        ("from-nokey", "scriptFrom: {configMapKeyRef: {name: a}}", "spec.scriptFrom.configMapKeyRef.key: Required value"),
        ("from-key", "scriptFrom: {configMapKeyRef: {name: a, key: a b}}", "spec.scriptFrom.configMapKeyRef.key in body should match"),
        ("static-map", "staticTargets: {targets: [a]}", "spec.staticTargets in body must be of type array"),
        ("static-none", "staticTargets: [{labels: {a: b}}]", "spec.staticTargets.targets: Required value"),
        ("static-space", "staticTargets: [{targets: [a b]}]", "spec.staticTargets.targets in body should match"),
        ("static-label", "staticTargets: [{targets: [a], labels: {a: 5}}]", "spec.staticTargets.labels.a in body must be of type string"),
    ];

    // What an API server without CEL lets through, and what no schema can say: the status says it.
    private static readonly (string Name, string Spec, string Said)[] Taken =
    [
        ("none", "maxVariants: 5", "spec: one of script, scriptFrom and staticTargets is needed"),
        ("two", Good + "\nstaticTargets: []", "spec.staticTargets: script and staticTargets exclude each other, only one of them can be given"),
        ("timeout-long", Good + "\ntimeout: 2h", "spec.timeout: 2h is not within 1s and 1h"),
        ("timeout-short", Good + "\ntimeout: 500ms", "spec.timeout: 500ms is not within 1s and 1h"),
        ("timeout-huge", Good + "\ntimeout: 99999999999999h", "spec.timeout: '99999999999999h' is not a duration such as 30s or 1h30m"),
        ("cache-zero", Good + "\ncacheTTL: 0s", "spec.cacheTTL: 0s is not within 1s and 24h"),
        ("cache-long", Good + "\ncacheTTL: 25h", "spec.cacheTTL: 25h is not within 1s and 24h"),
        ("stale-long", Good + "\nstaleTTL: 169h", "spec.staleTTL: 169h is not within 0s and 168h"),
        ("error-long", Good + "\nerrorTTL: 25h", "spec.errorTTL: 25h is not within 0s and 24h"),
        ("exec", Good + "\nruntime: exec", "spec.script: the first line of an exec script names its interpreter, such as #!/bin/bash"),
        ("blank", """script: "  \n " """, "spec.script: the script is empty"),
        ("nul", """script: "a\0b" """, "spec.script: the script has a NUL character"),
        ("reload", Good + "\nparameters: [{name: ok}, {name: reload}]", "spec.parameters[1].name: 'reload' is the server's own and never reaches a script"),
        ("default-enum", Good + "\nparameters: [{name: env, default: dev, enum: [prod]}]", "spec.parameters[0].default: parameter 'env' is 'dev', allowed are prod"),
        ("default-pattern", Good + "\nparameters: [{name: env, default: Dev, pattern: '[a-z]+'}]", "spec.parameters[0].default: parameter 'env' is 'Dev', which does not match [a-z]+"),
        ("pattern", Good + "\nparameters: [{name: env, pattern: '['}]", "spec.parameters[0].pattern: Invalid pattern '['"),
        ("label", "staticTargets: [{targets: [a]}, {targets: [b], labels: {my-label: x}}]", "spec.staticTargets[1].labels: 'my-label' is not a label name: [a-zA-Z_][a-zA-Z0-9_]*"),
        ("target", """staticTargets: [{targets: ["a\u0007"]}]""", "spec.staticTargets[0].targets[0]: "),
        ("many", Good + "\ntimeout: 2h\ncacheTTL: 25h", "spec.timeout: 2h is not within 1s and 1h; spec.cacheTTL: 25h is not within 1s and 24h"),
    ];

    [Fact]
    public async Task What_the_schema_refuses_kubectl_says_by_field()
    {
        await using var user = await User.ComeAsync(live);
        var manifest = string.Concat(Refused.Select(r => Manifests.Generator(r.Name, r.Spec)));

        // The API server's own words: kubectl's check of its own ends at the first mistake.
        var result = await user.TryApplyAsync(manifest, "--validate=false");

        result.ExitCode.Should().Be(1);
        var lines = result.Error.Split('\n');
        foreach (var (name, _, said) in Refused)
            lines.Should().ContainSingle(line => line.Contains($"\"{name}\" is invalid")).Which.Should().Contain(said.Trim());
        (await user.MustAsync("get", "tg", "-o", "name")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_misspelt_field_is_refused_by_name()
    {
        await using var user = await User.ComeAsync(live);
        var result = await user.TryApplyAsync(Manifests.Generator("typo", Good + "\ntimeuot: 5s"));
        result.ExitCode.Should().Be(1);
        result.Error.Should().Contain("unknown field \"timeuot\"").And.Contain("TargetGenerator.spec");
    }

    [Fact]
    public async Task What_only_code_refuses_the_status_says_by_field()
    {
        await using var user = await User.ComeAsync(live);
        await user.ApplyAsync(string.Concat(Taken.Select(r => Manifests.Generator($"{user.Name}-{r.Name}", r.Spec))));
        foreach (var (name, _, said) in Taken)
        {
            var seen = await user.SeeAsync($"{user.Name}-{name}", g => g.Ready == "False InvalidSpec");
            seen.Message("Ready").Should().StartWith(said);
            (seen.Published, seen.Generating, seen.LastRun).Should().Be(("False InvalidSpec", "Unknown NotPublished", null));
            await user.GoneAsync($"{user.Name}-{name}");
        }
        await user.ToldAsync($"{user.Name}-none", "InvalidSpec");
    }

    [Fact]
    public async Task A_pool_that_does_not_exist_is_named()
    {
        await using var user = await User.ComeAsync(live);
        await user.ApplyAsync(Manifests.Serves(user.Name, "h:1", "workerPool: fast"));
        var seen = await user.SeeAsync(user.Name, g => g.Ready == "False PoolNotFound");
        seen.Message("Ready").Should().Be("there is no WorkerPool 'fast' in the operator's namespace; create it there, or name another one in spec.workerPool");
        await user.GoneAsync(user.Name);

        await user.PatchSpecAsync(user.Name, """{"workerPool":"default"}""");
        await user.AnswersAsync(user.Name, Manifests.List("h:1"));
    }

    [Fact]
    public async Task A_bad_spec_after_a_good_one_takes_nothing_away()
    {
        await using var user = await User.ComeAsync(live);
        using var runs = new RunCount(user.Name);
        await user.ApplyAsync(Manifests.Script(user.Name, runs.Counting));
        await user.AnswersAsync(user.Name, Manifests.List("run:1"));

        await user.PatchSpecAsync(user.Name, $$"""{"timeout":"2h","path":"{{user.Name}}-elsewhere"}""");
        var seen = await user.SeeAsync(user.Name, g => g.Ready == "False InvalidSpec");
        seen.Message("Ready").Should().Be(
            $"spec.timeout: 2h is not within 1s and 1h; the last good definition goes on being served as /targets/{user.Name}");
        (seen.Path, seen.Generating).Should().Be((user.Name, "True RunSucceeded"));
        // It is still run, too.
        await user.AnswersAsync($"{user.Name}?env=a", Manifests.List("run:2"));
        await user.GoneAsync($"{user.Name}-elsewhere");

        await user.PatchSpecAsync(user.Name, """{"timeout":"2m"}""");
        await user.AnswersAsync($"{user.Name}-elsewhere", Manifests.List("run:3"));
        await user.GoneAsync(user.Name);
        await user.ToldAsync(user.Name, "Published", "RunSucceeded", "InvalidSpec", "Published", "PathRemoved", "RunSucceeded");
    }

    [Fact]
    public async Task A_script_may_be_large_but_not_too_large()
    {
        await using var user = await User.ComeAsync(live);
        await CreateAsync(user, user.Name, new string('a', 400_000));
        await user.AnswersAsync(user.Name, "[]");
        // Half a mebibyte counts in bytes, which no schema can say.
        await CreateAsync(user, $"{user.Name}-big", new string('ä', 270_000));
        (await user.SeeAsync($"{user.Name}-big", g => g.Ready == "False InvalidSpec")).Message("Ready")
            .Should().MatchRegex("^spec.script: the script has [0-9]+ bytes, at most 524288 are allowed$");
    }

    private static async Task CreateAsync(User user, string name, string comment)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Manifests.Generator(name, $"script: |\n  # {comment}\n  def generate_targets(**p): return []"));
        await user.MustAsync("create", "-f", file);
        File.Delete(file);
    }
}
