using System.Text.Json;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Tests.Reconcile;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Tests.Entities;

public sealed class TargetGeneratorTests
{
    [Theory]
    [InlineData("")]
    [InlineData(""","spec":null""")]
    [InlineData(""","spec":[1]""")]
    [InlineData(""","spec":"x" """)]
    [InlineData(""","spec":{"timeout":{"a":1},"path":7,"unknown":"\ud800","scriptFrom":[]}""")]
    public void However_odd_a_stored_spec_is_it_is_read_copied_and_decided_upon(string spec)
    {
        var json = $$"""{"apiVersion":"httpsd.io/v1alpha1","kind":"TargetGenerator","metadata":{"name":"a","namespace":"b"}{{spec}}}""";

        var entity = KubernetesJson.Deserialize<TargetGenerator>(json);
        var plan = GeneratorDecision.Decide(World.Of(entity, "{stored: []}"));

        plan.Status.Conditions![0].Reason.Should().Be("InvalidSpec");
        ScriptReference.Of(entity).Should().BeNull();
        new PathClaims(PathPolicy.Shared).Put(entity).Should().BeEmpty();
        if (!spec.Contains("ud800"))
            KubernetesJson.Deserialize<TargetGenerator>(KubernetesJson.Serialize(entity)).Spec.ValueKind.Should().Be(entity.Spec.ValueKind);
    }

    [Fact]
    public void A_copy_has_the_spec_as_it_was()
    {
        var entity = World.Generator("""{"script":"é\n","timeout":"5s","unknown":[1.50]}""");
        var copy = KubernetesJson.Deserialize<TargetGenerator>(KubernetesJson.Serialize(entity));
        JsonElement.DeepEquals(copy.Spec, entity.Spec).Should().BeTrue();
    }

    [Fact]
    public void A_reference_names_the_ConfigMap_to_gather() =>
        ScriptReference.Of(World.Generator("""{"scriptFrom":{"configMapKeyRef":{"name":"scripts","key":"a"}}}"""))
            .Should().Be(new EntityKey("monitoring", "scripts"));

    [Fact]
    public void It_is_known_to_the_client_library() =>
        typeof(TargetGenerator).GetKubernetesTypeMetadata().Should().BeEquivalentTo(
            new { Group = "httpsd.io", ApiVersion = "v1alpha1", Kind = "TargetGenerator", PluralName = "targetgenerators" });
}
