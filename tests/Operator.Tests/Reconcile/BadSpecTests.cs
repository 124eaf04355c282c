using HttpSd.Operator.Reconcile;

namespace HttpSd.Operator.Tests.Reconcile;

/// <summary>What a user reads in the condition for each mistake; the field is named, and what would be right.</summary>
public sealed class BadSpecTests
{
    [Theory]
    [InlineData("null", "spec: is missing")]
    [InlineData("[]", "spec: is a list, an object is expected")]
    [InlineData("7", "spec: 7 is a number, an object is expected")]
    [InlineData("{}", "spec: one of script, scriptFrom and staticTargets is needed")]
    [InlineData("""{"script":"x","staticTargets":[]}""", "spec.staticTargets: script and staticTargets exclude each other, only one of them can be given")]
    [InlineData("""{"script":"x","scriptFrom":{},"staticTargets":[]}""", "spec.staticTargets: script and scriptFrom and staticTargets exclude each other, only one of them can be given")]
    [InlineData("""{"script":""}""", "spec.script: the script is empty")]
    [InlineData("""{"script":7}""", "spec.script: 7 is a number, a string is expected")]
    [InlineData("""{"script":"\ud800"}""", "spec.script: half of a surrogate pair is not valid Unicode")]
    [InlineData("""{"script":"a\u0000"}""", "spec.script: the script has a NUL character")]
    [InlineData("""{"script":"x","runtime":"exec"}""", "spec.script: the first line of an exec script names its interpreter, such as #!/bin/bash")]
    [InlineData("""{"script":"x","runtime":"ruby"}""", "spec.runtime: 'ruby' is not one of python, exec")]
    [InlineData("""{"script":"x","isolation":"none"}""", "spec.isolation: 'none' is not one of generator, job")]
    [InlineData("""{"scriptFrom":"a"}""", "spec.scriptFrom: is a string, an object is expected")]
    [InlineData("""{"scriptFrom":{}}""", "spec.scriptFrom.configMapKeyRef: is needed")]
    [InlineData("""{"scriptFrom":{"configMapKeyRef":{"key":"a"}}}""", "spec.scriptFrom.configMapKeyRef.name: is needed")]
    [InlineData("""{"scriptFrom":{"configMapKeyRef":{"name":"a"}}}""", "spec.scriptFrom.configMapKeyRef.key: is needed")]
    [InlineData("""{"scriptFrom":{"secretKeyRef":{}}}""", "spec.scriptFrom.secretKeyRef: is not a field here; spec.scriptFrom.configMapKeyRef: is needed")]
    [InlineData("""{"staticTargets":{}}""", "spec.staticTargets: is an object, a list is expected")]
    [InlineData("""{"staticTargets":["a:1"]}""", "spec.staticTargets[0]: is a string, groups are objects")]
    [InlineData("""{"staticTargets":[{"labels":{}}]}""", "spec.staticTargets[0]: the group has no targets key")]
    [InlineData("""{"staticTargets":[{"targets":["a b"]}]}""", "spec.staticTargets[0].targets[0]: 'a b' has white space or a control character")]
    [InlineData("""{"staticTargets":[{"targets":[],"labels":{"a-b":"c"}}]}""", "spec.staticTargets[0].labels: 'a-b' is not a label name: [a-zA-Z_][a-zA-Z0-9_]*")]
    [InlineData("""{"staticTargets":[{"targets":["a:1"],"labels":{"idx":7}}]}""", "spec.staticTargets[0].labels.idx: 7 is a number, label values are strings")]
    [InlineData("""{"script":"x","path":7}""", "spec.path: 7 is a number, a string is expected")]
    [InlineData("""{"script":"x","path":"/a"}""", "spec.path: '/a' has an empty segment: a path neither begins nor ends with '/', nor has two in a row")]
    [InlineData("""{"script":"x","path":"a/../b"}""", "spec.path: 'a/../b' has the segment '..', which means another folder to every HTTP client")]
    [InlineData("""{"script":"x","path":"a b"}""", "spec.path: 'a b' has a character other than letters, digits, '.', '_', '-' and '/'")]
    [InlineData("""{"script":"x","timeout":"999ms"}""", "spec.timeout: 999ms is not within 1s and 1h")]
    [InlineData("""{"script":"x","timeout":"5x"}""", "spec.timeout: '5x' is not a duration such as 30s or 1h30m")]
    [InlineData("""{"script":"x","timeout":30}""", "spec.timeout: 30 is a number, a string is expected")]
    [InlineData("""{"script":"x","cacheTTL":"0s"}""", "spec.cacheTTL: 0s is not within 1s and 24h")]
    [InlineData("""{"script":"x","staleTTL":"169h"}""", "spec.staleTTL: 169h is not within 0s and 168h")]
    [InlineData("""{"script":"x","errorTTL":"25h"}""", "spec.errorTTL: 25h is not within 0s and 24h")]
    [InlineData("""{"script":"x","maxVariants":0}""", "spec.maxVariants: 0 is not within 1 and 10000")]
    [InlineData("""{"script":"x","maxShrinkPercent":101}""", "spec.maxShrinkPercent: 101 is not within 1 and 100")]
    [InlineData("""{"script":"x","suspend":"yes"}""", "spec.suspend: is a string, true or false is expected")]
    [InlineData("""{"script":"x","workerPool":"A_b"}""", "spec.workerPool: 'A_b' is not the name of a pool: lower case letters, digits and '-', a letter or digit at both ends, at most 63")]
    [InlineData("""{"script":"x","timout":"5s"}""", "spec.timout: is not a field here, did you mean 'timeout'?")]
    [InlineData("""{"script":"x","parameters":{}}""", "spec.parameters: is an object, a list is expected")]
    [InlineData("""{"script":"x","parameters":[{}]}""", "spec.parameters[0].name: a parameter has a name")]
    [InlineData("""{"script":"x","parameters":[{"name":"a"},{"name":"a"}]}""", "spec.parameters[1].name: 'a' is declared twice")]
    [InlineData("""{"script":"x","parameters":[{"name":"debug"}]}""", "spec.parameters[0].name: 'debug' is the server's own and never reaches a script")]
    [InlineData("""{"script":"x","parameters":[{"name":"a","enum":["b"],"default":"c"}]}""", "spec.parameters[0].default: parameter 'a' is 'c', allowed are b")]
    public void A_mistake_is_named_in_the_condition(string spec, string message)
    {
        var entity = World.Generator(spec);

        var plan = GeneratorDecision.Decide(World.Of(entity, "{stored: []}"));

        plan.Wanted.Should().BeNull();
        plan.Publish.Should().BeFalse();
        plan.Status.Conditions!.Select(c => (c.Type, c.Status, c.Reason)).Should().Equal(
            ("Ready", "False", "InvalidSpec"), ("Published", "False", "InvalidSpec"), ("Generating", "Unknown", "NotPublished"));
        plan.Status.Conditions![0].Message.Should().Be(message);
        plan.Events.Should().Equal(new PlannedEvent(HttpSd.Operator.Runtime.Abstractions.EventType.Warning, "InvalidSpec", message));
    }

    [Fact]
    public void A_path_that_is_too_long_with_its_namespace_before_it_is_named_as_such()
    {
        var entity = World.Generator($$"""{"script":"x","path":"{{new string('p', 510)}}"}""");

        var plan = GeneratorDecision.Decide(World.Of(entity, "{stored: [], pathPolicy: namespaced}"));

        plan.Status.Conditions![0].Message.Should().Be("spec.path: with the namespace before it a path has at most 512 characters, this one has 521");
    }

    [Fact]
    public void A_hundred_mistakes_fit_into_one_message()
    {
        var fields = string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"{new string('f', 90)}{i}\":1"));
        var plan = GeneratorDecision.Decide(World.Of(World.Generator($$"""{"script":"x",{{fields}}}"""), "{stored: []}"));

        plan.Status.Conditions![0].Message.Should().EndWith("; and 95 more").And.Match(m => m.Length <= 1024);
    }
}
