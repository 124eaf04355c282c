using System.Text;
using System.Text.Json;
using CsCheck;
using HttpSd.Core.Definitions;

namespace HttpSd.Core.Tests.Definitions;

public sealed class TargetGeneratorProblemTests
{
    [Theory]
    [InlineData("{}", "spec: one of script, scriptFrom and staticTargets is needed")]
    [InlineData("[]", "spec: is a list, an object is expected")]
    [InlineData("null", "spec: is missing")]
    [InlineData("""{"script":"x","staticTargets":[]}""", "spec.staticTargets: script and staticTargets exclude each other, only one of them can be given")]
    [InlineData("""{"script":""}""", "spec.script: the script is empty")]
    [InlineData("""{"script":7}""", "spec.script: 7 is a number, a string is expected")]
    [InlineData("""{"script":"\ud800"}""", "spec.script: half of a surrogate pair is not valid Unicode")]
    [InlineData("""{"script":"x","runtime":"exec"}""", "spec.script: the first line of an exec script names its interpreter, such as #!/bin/bash")]
    [InlineData("""{"script":"x","runtime":"ruby"}""", "spec.runtime: 'ruby' is not one of python, exec")]
    [InlineData("""{"script":"x","runtime":"static"}""", "spec.runtime: 'static' is not one of python, exec")]
    [InlineData("""{"script":"x","isolation":"none"}""", "spec.isolation: 'none' is not one of generator, job")]
    [InlineData("""{"scriptFrom":{}}""", "spec.scriptFrom.configMapKeyRef: is needed")]
    [InlineData("""{"scriptFrom":{"configMapKeyRef":{"name":"a"}}}""", "spec.scriptFrom.configMapKeyRef.key: is needed")]
    [InlineData("""{"staticTargets":{}}""", "spec.staticTargets: is an object, a list is expected")]
    [InlineData("""{"staticTargets":[{"targets":["a:1"]},{"targets":["a b"]}]}""", "spec.staticTargets[1].targets[0]: 'a b' has white space or a control character")]
    [InlineData("""{"staticTargets":[{"targets":["a:1"],"labels":{"idx":7}}]}""", "spec.staticTargets[0].labels.idx: 7 is a number, label values are strings")]
    [InlineData("""{"script":"x","path":"/a"}""", "spec.path: '/a' has an empty segment: a path neither begins nor ends with '/', nor has two in a row")]
    [InlineData("""{"script":"x","timeout":"999ms"}""", "spec.timeout: 999ms is not within 1s and 1h")]
    [InlineData("""{"script":"x","timeout":"61m"}""", "spec.timeout: 61m is not within 1s and 1h")]
    [InlineData("""{"script":"x","timeout":30}""", "spec.timeout: 30 is a number, a string is expected")]
    [InlineData("""{"script":"x","cacheTTL":"0s"}""", "spec.cacheTTL: 0s is not within 1s and 24h")]
    [InlineData("""{"script":"x","staleTTL":"169h"}""", "spec.staleTTL: 169h is not within 0s and 168h")]
    [InlineData("""{"script":"x","errorTTL":"25h"}""", "spec.errorTTL: 25h is not within 0s and 24h")]
    [InlineData("""{"script":"x","maxVariants":10001}""", "spec.maxVariants: 10001 is not within 1 and 10000")]
    [InlineData("""{"script":"x","maxVariants":1.5}""", "spec.maxVariants: 1.5 is a number, a whole number is expected")]
    [InlineData("""{"script":"x","maxShrinkPercent":101}""", "spec.maxShrinkPercent: 101 is not within 1 and 100")]
    [InlineData("""{"script":"x","workerPool":"A_b"}""", "spec.workerPool: 'A_b' is not the name of a pool: lower case letters, digits and '-', a letter or digit at both ends, at most 63")]
    [InlineData("""{"script":"x","Suspend":true}""", "spec.Suspend: is not a field here, did you mean 'suspend'?")]
    [InlineData("""{"script":"x","colour":"red"}""", "spec.colour: is not a field here")]
    [InlineData("""{"script":"x","parameters":[5]}""", "spec.parameters[0]: 5 is a number, an object is expected")]
    [InlineData("""{"script":"x","parameters":[{}]}""", "spec.parameters[0].name: a parameter has a name")]
    [InlineData("""{"script":"x","parameters":[{"name":"a"},{"name":"a"}]}""", "spec.parameters[1].name: 'a' is declared twice")]
    [InlineData("""{"script":"x","parameters":[{"name":"debug"}]}""", "spec.parameters[0].name: 'debug' is the server's own and never reaches a script")]
    [InlineData("""{"script":"x","parameters":[{"name":"a","values":[]}]}""", "spec.parameters[0].values: is not a field here")]
    [InlineData("""{"script":"x","parameters":[{"name":"a","enum":["b"],"default":"c"}]}""", "spec.parameters[0].default: parameter 'a' is 'c', allowed are b")]
    [InlineData("""{"script":"x","parameters":[{"name":"a","pattern":"b+","default":"c"}]}""", "spec.parameters[0].default: parameter 'a' is 'c', which does not match b+")]
    [InlineData("""{"script":"x","parameters":[{"name":"a","enum":[1]}]}""", "spec.parameters[0].enum[0]: 1 is a number, a string is expected")]
    [InlineData("""{"script":"x","parameters":[{"name":"a","default":"b\nc"}]}""", "spec.parameters[0].default: parameter 'a' has a control character (U+000A)")]
    [InlineData("""{"script":"x","parameters":[{"name":"a","default":"\u0000","enum":["\u0000"]}]}""", "spec.parameters[0].default: parameter 'a' has a control character (U+0000)")]
    [InlineData("""{"script":"x","parameters":[{"name":"a\tb"}]}""", "spec.parameters[0].name: parameter 'a\uFFFDb' has a control character (U+0009)")]
    public void A_wrong_field_is_named(string spec, string problem) => Manifests.Problems(spec).Should().Equal(problem);

    [Theory]
    [InlineData(1020, null)]
    [InlineData(1024, "spec.parameters: with their defaults path and parameters have 2053 characters, at most 2048 are taken")]
    public void Defaults_that_together_would_make_every_request_too_long_are_a_problem(int length, string? problem)
    {
        var text = new string('d', length);
        var spec = $$"""{"script":"x","parameters":[{"name":"a","default":"{{text}}"},{"name":"b","default":"{{text[..^20]}}"}]}""";

        Manifests.Problems(spec).Should().Equal(problem is null ? [] : [problem]);
    }

    [Fact]
    public void A_static_list_may_declare_what_it_ignores()
    {
        var text = new string('d', 1024);
        Manifests.Problems($$"""{"staticTargets":[],"parameters":[{"name":"a","default":"{{text}}"},{"name":"b","default":"{{text}}"}]}""")
            .Should().BeEmpty();
    }

    [Fact]
    public void A_pattern_that_does_not_compile_is_a_problem() =>
        Manifests.Problems("""{"script":"x","parameters":[{"name":"a","pattern":"(a"}]}""")
            .Should().ContainSingle().Which.Should().StartWith("spec.parameters[0].pattern: Invalid pattern '(a'");

    [Theory]
    [InlineData("""{"kind":"TargetGenerator","metadata":{"name":"a"},"spec":{"x":1}}""", "apiVersion: is missing, httpsd.io/v1alpha1 is expected")]
    [InlineData("""{"apiVersion":"httpsd.io/v1","kind":"TargetGenerator","metadata":{"name":"a"}}""", "apiVersion: 'httpsd.io/v1' is not httpsd.io/v1alpha1")]
    [InlineData("""{"apiVersion":"httpsd.io/v1alpha1","kind":"Targets","metadata":{"name":"a"}}""", "kind: 'Targets' is not TargetGenerator")]
    [InlineData("""{"apiVersion":"httpsd.io/v1alpha1","kind":"TargetGenerator","spec":{"script":"x"}}""", "metadata.name: is needed")]
    [InlineData("""{"apiVersion":"httpsd.io/v1alpha1","kind":"TargetGenerator","metadata":[],"spec":{"script":"x"}}""", "metadata: is a list, an object is expected")]
    [InlineData("""{"apiVersion":"httpsd.io/v1alpha1","kind":"TargetGenerator","metadata":{"name":"A_b"},"spec":{"script":"x"}}""",
        "metadata.name: 'A_b' is not a name: lower case letters, digits, '-' and '.', a letter or digit at both ends, at most 253")]
    [InlineData("""{"apiVersion":"httpsd.io/v1alpha1","kind":"TargetGenerator","metadata":{"name":"a"},"specs":{},"spec":{"script":"x"}}""",
        "specs: is not a field here, did you mean 'spec'?")]
    [InlineData("[]", ": is a list, a TargetGenerator is an object")]
    public void A_wrong_frame_is_named(string manifest, string problem) =>
        TargetGeneratorReader.Read(Manifests.Json(manifest), Manifests.NoScripts).Problems.Select(found => found.ToString()).Should().Equal(problem);

    [Fact]
    public void No_mutated_manifest_throws()
    {
        var manifest = Encoding.UTF8.GetBytes(Manifests.Object(
            """{"script":"x","timeout":"5s","parameters":[{"name":"\ud83d\ude00","enum":["b"],"default":"b"}],"maxVariants":7}""").GetRawText());
        Gen.Select(Gen.Int[0, manifest.Length - 1], Gen.Char["\\\"{}[]:,0deu"], Gen.Bool).Array[1, 3].Sample(changes =>
        {
            var bytes = manifest.ToList();
            foreach (var (at, value, remove) in changes)
                if (remove)
                    bytes.RemoveAt(at % bytes.Count);
                else
                    bytes[at % bytes.Count] = (byte)value;
            try
            {
                using var document = JsonDocument.Parse(bytes.ToArray());
                var result = TargetGeneratorReader.Read(document.RootElement, Manifests.NoScripts);
                return result.Generator is null == result.Problems.Count > 0;
            }
            catch (JsonException)
            {
                return true;
            }
        }, iter: 20_000);
    }
}
