using System.Reflection;
using System.Text.Json.Nodes;
using HttpSd.Core;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Entities.Schema;
using HttpSd.Operator.Pools;
using HttpSd.Operator.Scaling;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Tests.Entities;

public sealed class WorkerPoolCrdTests
{
    private static readonly JsonNode Version = CrdBuilder.Build(CustomKind.WorkerPools)["spec"]!["versions"]![0]!;
    private static readonly JsonNode Schema = JsonNode.Parse(Version["schema"]!["openAPIV3Schema"]!.ToJsonString())!;
    private static readonly JsonObject Spec = Schema["properties"]!["spec"]!["properties"]!.AsObject();

    [Fact]
    public void Kubectl_shows_the_columns() =>
        Version["additionalPrinterColumns"]!.AsArray().Select(c => $"{c!["name"]} {c["priority"]}".Trim()).Should().Equal(
            "Target", "Min", "Max", "Current", "Desired", "Pending", "Ready", "Limited", "Mode", "Paused", "Age", "Needed 1", "Objective 1", "Reason 1");

    [Fact]
    public void Its_defaults_are_the_policys()
    {
        var otherwise = new ScalingSpec();
        var down = otherwise.ScaleDown;
        new[] { Spec["minReplicas"], Spec["maxReplicas"], Spec["concurrency"], Spec["scaleDown"]!["properties"]!["deadbandPercent"] }
            .Select(f => f!["default"]!.ToJsonString()).Should().Equal(
                $"{otherwise.MinReplicas}", $"{otherwise.MaxReplicas}", $"{otherwise.Concurrency}", $"{down.DeadbandPercent}");
        Default(Spec["objective"]!, "maxPendingAge").Should().Be(otherwise.MaxPendingAge);
        Default(Spec["scaleDown"]!, "loadWindow").Should().Be(down.LoadWindow);
        Default(Spec["scaleDown"]!, "backlogWindow").Should().Be(down.BacklogWindow);
        Default(Spec["scaleDown"]!, "idleAfter").Should().Be(down.IdleAfter);
        Default(Spec["fallback"]!, "after").Should().Be(new FallbackRule(1).After);
    }

    [Fact]
    public void Its_fields_are_those_of_the_reader()
    {
        foreach (var (type, place) in new[]
            { (typeof(WorkerPoolSpec), ""), (typeof(ScaleTarget), "scaleTargetRef"), (typeof(PoolObjective), "objective"), (typeof(PoolScaleDown), "scaleDown"), (typeof(PoolFallback), "fallback"), (typeof(PoolNamespaces), "allowedNamespaces") })
        {
            var fields = new JsonObject(type.GetProperties().Select(p => KeyValuePair.Create<string, JsonNode?>(SchemaBuilder.NameOf(p), 1)));
            var spec = place.Length == 0 ? fields : new JsonObject { [place] = fields };
            WorkerPoolReader.Read("a", Files.Element(spec)).Problems.Should().NotContain(p => p.Message.Contains("not a field"));
        }
    }

    [Fact]
    public void The_sample_conforms_to_the_schema_and_is_read()
    {
        var sample = Files.Yaml(File.ReadAllText(Path.Combine(Files.Root(), "config/samples/worker-pool.yaml"))).Single();

        SchemaCheck.Problems(Schema, JsonNode.Parse(sample.ToJsonString())).Should().BeEmpty();
        WorkerPoolReader.Read((string)sample["metadata"]!["name"]!, Files.Element(sample["spec"]!)).Should().BeEquivalentTo(
            (new PoolSettings("httpsd-worker-default", new ScalingSpec(), false), Array.Empty<Core.Definitions.FieldProblem>()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","spec":null""")]
    [InlineData(""","spec":[1]""")]
    [InlineData(""","spec":{"scaleTargetRef":7,"unknown":{},"allowedNamespaces":7}""")]
    public void However_odd_a_stored_spec_is_it_is_read_copied_and_decided_upon(string spec)
    {
        var pool = KubernetesJson.Deserialize<WorkerPool>(
            $$"""{"apiVersion":"httpsd.io/v1alpha1","kind":"WorkerPool","metadata":{"name":"a","namespace":"b"}{{spec}}}""");

        var plan = PoolDecision.Decide(new PoolObserved { Object = pool, Now = DateTimeOffset.UnixEpoch, Memory = PoolMemory.Of(pool) });

        plan.Status.Conditions![0].Reason.Should().Be("InvalidSpec");
        plan.Scale.Should().BeNull();
        KubernetesJson.Deserialize<WorkerPool>(KubernetesJson.Serialize(pool)).Spec.ValueKind.Should().Be(pool.Spec.ValueKind);
    }

    [Fact]
    public void It_is_known_to_the_client_library() =>
        typeof(WorkerPool).GetKubernetesTypeMetadata().Should().BeEquivalentTo(
            new { Group = "httpsd.io", ApiVersion = "v1alpha1", Kind = "WorkerPool", PluralName = "workerpools" });

    private static TimeSpan Default(JsonNode parent, string field)
    {
        GoDuration.TryParse((string)parent["properties"]![field]!["default"]!, out var value).Should().BeTrue();
        return value;
    }
}
