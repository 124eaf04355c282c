using HttpSd.Core.Definitions;

namespace HttpSd.Core.Tests.Definitions;

public sealed class TargetGeneratorReaderTests
{
    [Fact]
    public void A_short_manifest_gets_every_default()
    {
        var generator = Manifests.Generator("""{"script":"def generate_targets(): return []"}""");

        generator.Script.Should().Be("def generate_targets(): return []");
        generator.Definition.Should().BeEquivalentTo(new GeneratorDefinition
        {
            Path = "my-service",
            Name = "default/my-service",
            Runtime = GeneratorRuntime.Python,
            Isolation = RunIsolation.Generator,
            Timeout = TimeSpan.FromSeconds(30),
            CacheTtl = TimeSpan.FromMinutes(5),
            StaleTtl = TimeSpan.Zero,
            ErrorTtl = TimeSpan.FromHours(1),
            MaxVariants = 100,
            MaxShrinkPercent = 100,
            WorkerPool = "default",
            Hash = generator.Definition.Hash,
        });
        generator.Definition.Hash.Should().NotBeEmpty().And.Be(DefinitionDigest.Seal(generator).Definition.Hash);
    }

    [Fact]
    public void A_full_manifest_is_read_field_by_field()
    {
        var result = TargetGeneratorReader.Read(Manifests.Json("""
            {"apiVersion":"httpsd.io/v1alpha1","kind":"TargetGenerator","status":{"anything":1},
             "metadata":{"name":"gw.eu","namespace":"monitoring","labels":{"a":"b"},"uid":"1"},
             "spec":{"path":"gateway/eu","script":"#!/bin/bash\necho []","runtime":"exec","isolation":"job","timeout":"1m30s",
               "cacheTTL":"1h","staleTTL":"0","errorTTL":"0s","maxVariants":5,"maxShrinkPercent":50,"workerPool":"big","suspend":true,
               "parameters":[{"name":"env","default":"prod","enum":["prod","staging"]},{"name":"dc","pattern":"[a-z]+"}]}}
            """), Manifests.NoScripts);

        result.Problems.Should().BeEmpty();
        result.Generator!.Definition.Should().BeEquivalentTo(new GeneratorDefinition
        {
            Path = "gateway/eu",
            Name = "monitoring/gw.eu",
            Runtime = GeneratorRuntime.Exec,
            Isolation = RunIsolation.Job,
            Timeout = TimeSpan.FromSeconds(90),
            CacheTtl = TimeSpan.FromHours(1),
            StaleTtl = TimeSpan.Zero,
            ErrorTtl = TimeSpan.Zero,
            MaxVariants = 5,
            MaxShrinkPercent = 50,
            WorkerPool = "big",
            Suspend = true,
            Parameters = [new ParameterDefinition("env", "prod", ["prod", "staging"]), new ParameterDefinition("dc", Pattern: "[a-z]+")],
            Hash = result.Generator.Definition.Hash,
        });
    }

    [Fact]
    public void Static_targets_become_the_script_of_a_static_generator()
    {
        var generator = Manifests.Generator("""{"runtime":"python","staticTargets":[{"targets":["b:1","a:1"],"labels":{"z":"1","a":"2"}}]}""");
        generator.Definition.Runtime.Should().Be(GeneratorRuntime.Static);
        generator.Script.Should().Be("""[{"targets":["b:1","a:1"],"labels":{"a":"2","z":"1"}}]""");
    }

    [Fact]
    public void A_referenced_script_is_looked_up_in_the_generators_namespace()
    {
        ScriptLookup lookup = (space, name, key) => ScriptLookupResult.Found($"# {space}/{name}/{key}");
        var result = TargetGeneratorReader.Read(
            Manifests.Object("""{"scriptFrom":{"configMapKeyRef":{"name":"scripts","key":"a.py"}}}""", "\"name\":\"x\",\"namespace\":\"ns\""), lookup);
        result.Generator!.Script.Should().Be("# ns/scripts/a.py");
    }

    [Fact]
    public void A_referenced_script_that_is_wrong_is_named() =>
        TargetGeneratorReader.Read(
            Manifests.Object("""{"scriptFrom":{"configMapKeyRef":{"name":"scripts","key":"a.py"}}}"""), (_, _, _) => ScriptLookupResult.Found(" "))
            .Problems.Should().Equal(new FieldProblem("spec.scriptFrom", "key 'a.py' of ConfigMap 'default/scripts': the script is empty"));

    [Theory]
    [InlineData(LookupReasons.ConfigMapMissing, "there is no ConfigMap 'scripts' in namespace 'default'")]
    [InlineData(LookupReasons.KeyMissing, "ConfigMap 'default/scripts' has no key 'a.py'")]
    [InlineData(LookupReasons.BinaryData, "key 'a.py' of ConfigMap 'default/scripts' is binary data, a script is text")]
    public void A_script_that_is_not_found_is_a_problem_with_a_reason(string reason, string message)
    {
        ScriptLookup lookup = (space, name, key) => reason switch
        {
            LookupReasons.ConfigMapMissing => ScriptLookupResult.NoConfigMap(space, name),
            LookupReasons.KeyMissing => ScriptLookupResult.NoKey(space, name, key),
            _ => ScriptLookupResult.Binary(space, name, key),
        };
        TargetGeneratorReader.Read(Manifests.Object("""{"scriptFrom":{"configMapKeyRef":{"name":"scripts","key":"a.py"}}}"""), lookup)
            .Problems.Should().Equal(new FieldProblem("spec.scriptFrom.configMapKeyRef", message, reason));
    }

    [Fact]
    public void All_problems_are_found_at_once() =>
        Manifests.Problems("""{"script":"x","timeout":"5x","cacheTTL":"100h","maxVariants":0,"suspend":"yes","timout":"5s"}""")
            .Should().Equal(
                "spec.timout: is not a field here, did you mean 'timeout'?",
                "spec.timeout: '5x' is not a duration such as 30s or 1h30m",
                "spec.cacheTTL: 100h is not within 1s and 24h",
                "spec.maxVariants: 0 is not within 1 and 10000",
                "spec.suspend: is a string, true or false is expected");

    [Fact]
    public void A_field_that_is_null_counts_as_missing() =>
        Manifests.Generator("""{"script":"x","scriptFrom":null,"timeout":null,"parameters":null}""")
            .Definition.Parameters.Should().BeNull();

    [Fact]
    public void The_script_may_have_512_KiB()
    {
        Manifests.Problems($$"""{"script":"{{new string('a', 512 * 1024)}}"}""").Should().BeEmpty();
        Manifests.Problems($$"""{"script":"{{new string('a', 512 * 1024)}}b"}""")
            .Should().Equal("spec.script: the script has 524289 bytes, at most 524288 are allowed");
    }

    [Fact]
    public void More_than_32_parameters_are_too_many() =>
        Manifests.Problems($$$"""{"script":"x","parameters":[{{{string.Join(',', Enumerable.Range(0, 33).Select(i => $$"""{"name":"p{{i}}"}"""))}}}]}""")
            .Should().Equal("spec.parameters: 33 are too many, at most 32 can be declared");
}
