using System.Text.Json;
using HttpSd.Operator.Pools;
using HttpSd.Operator.Scaling;

namespace HttpSd.Operator.Tests.Pools;

/// <summary>What a user reads for each mistake; the field is named, and what would be right.</summary>
public sealed class WorkerPoolReaderTests
{
    private const string Target = """ "scaleTargetRef":{"name":"w"} """;

    [Fact]
    public void What_is_left_out_has_its_default()
    {
        var (settings, problems) = Read($$"""{ {{Target}} }""");

        problems.Should().BeEmpty();
        settings.Should().Be(new PoolSettings("w", new ScalingSpec(), false));
    }

    [Fact]
    public void Everything_that_can_be_said_is_taken()
    {
        var (settings, problems) = Read("""
            {"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"w"},"minReplicas":0,"maxReplicas":20,"objective":{"maxPendingAge":"1m"},
             "concurrency":8,"scaleDown":{"loadWindow":"3m","backlogWindow":"1m","idleAfter":"10m","deadbandPercent":20},
             "fallback":{"replicas":4,"after":"2m"},"mode":"Recommend","allowedNamespaces":{"names":["a"],"selector":{}}}
            """);

        problems.Should().BeEmpty();
        settings.Should().Be(new PoolSettings("w", new ScalingSpec
        {
            MinReplicas = 0,
            MaxReplicas = 20,
            MaxPendingAge = TimeSpan.FromMinutes(1),
            Concurrency = 8,
            ScaleDown = new ScaleDownRule
            {
                LoadWindow = TimeSpan.FromMinutes(3), BacklogWindow = TimeSpan.FromMinutes(1), IdleAfter = TimeSpan.FromMinutes(10), DeadbandPercent = 20,
            },
            Fallback = new FallbackRule(4) { After = TimeSpan.FromMinutes(2) },
        }, true));
    }

    [Theory]
    [InlineData("null", "spec: is missing")]
    [InlineData("[]", "spec: is a list, an object is expected")]
    [InlineData("{}", "spec.scaleTargetRef: is needed")]
    [InlineData("""{"scaleTargetRef":"w"}""", "spec.scaleTargetRef: is a string, an object is expected")]
    [InlineData("""{"scaleTargetRef":{}}""", "spec.scaleTargetRef.name: is needed")]
    [InlineData("""{"scaleTargetRef":{"name":"A"}}""", "spec.scaleTargetRef.name: 'A' is not a name: lower case letters, digits, '-' and '.', a letter or digit at both ends, at most 253")]
    [InlineData("""{"scaleTargetRef":{"name":7}}""", "spec.scaleTargetRef.name: 7 is a number, a string is expected")]
    [InlineData("""{"scaleTargetRef":{"name":"w","kind":"StatefulSet"}}""", "spec.scaleTargetRef.kind: 'StatefulSet' is not Deployment")]
    [InlineData("""{"scaleTargetRef":{"name":"w","apiVersion":"v1"}}""", "spec.scaleTargetRef.apiVersion: 'v1' is not apps/v1")]
    [InlineData("""{"scaleTargetRef":{"name":"w","namespace":"a"}}""", "spec.scaleTargetRef.namespace: is not a field here")]
    public void A_mistake_in_the_target_is_named(string spec, string message) => Messages(spec).Should().Equal(message);

    [Theory]
    [InlineData(""" "minReplicas":-1 """, "spec.minReplicas: -1 is not within 0 and 1000")]
    [InlineData(""" "maxReplicas":0 """, "spec.maxReplicas: 0 is not within 1 and 1000")]
    [InlineData(""" "minReplicas":11 """, "spec.minReplicas: 11 is above maxReplicas, which is 10")]
    [InlineData(""" "maxReplicaCount":5 """, "spec.maxReplicaCount: is not a field here")]
    [InlineData(""" "concurrency":0 """, "spec.concurrency: 0 is not within 1 and 1000")]
    [InlineData(""" "concurrency":"4" """, "spec.concurrency: is a string, a whole number is expected")]
    [InlineData(""" "objective":{"maxPendingAge":"0s"} """, "spec.objective.maxPendingAge: 0s is not within 1s and 1h")]
    [InlineData(""" "objective":{"maxPendingAge":30} """, "spec.objective.maxPendingAge: 30 is a number, a string is expected")]
    [InlineData(""" "objective":{"quantile":"0.99"} """, "spec.objective.quantile: is not a field here")]
    [InlineData(""" "scaleDown":{"loadWindow":"2h"} """, "spec.scaleDown.loadWindow: 2h is not within 0s and 1h")]
    [InlineData(""" "scaleDown":{"backlogWindow":"2h"} """, "spec.scaleDown.backlogWindow: 2h is not within 0s and 1h")]
    [InlineData(""" "scaleDown":{"idleAfter":"25h"} """, "spec.scaleDown.idleAfter: 25h is not within 0s and 24h")]
    [InlineData(""" "scaleDown":{"deadbandPercent":101} """, "spec.scaleDown.deadbandPercent: 101 is not within 0 and 100")]
    [InlineData(""" "fallback":{} """, "spec.fallback.replicas: is needed")]
    [InlineData(""" "fallback":{"replicas":11} """, "spec.fallback.replicas: 11 is above maxReplicas, which is 10")]
    [InlineData(""" "fallback":{"replicas":1,"after":"soon"} """, "spec.fallback.after: 'soon' is not a duration such as 30s or 1h30m")]
    [InlineData(""" "mode":"active" """, "spec.mode: 'active' is not one of Active, Recommend")]
    [InlineData(""" "allowedNamespaces":{} """, "spec.allowedNamespaces: names, a selector, or both are needed")]
    [InlineData(""" "allowedNamespaces":[] """, "spec.allowedNamespaces: is a list, an object is expected")]
    [InlineData(""" "allowedNamespaces":{"names":["A"]} """, "spec.allowedNamespaces.names[0]: 'A' is not the name of a namespace")]
    [InlineData(""" "allowedNamespaces":{"names":[7]} """, "spec.allowedNamespaces.names[0]: 7 is a number, a string is expected")]
    [InlineData(""" "allowedNamespaces":{"selector":{"matchLabels":{"a":7}}} """, "spec.allowedNamespaces.selector.matchLabels.a: 7 is a number, a string is expected")]
    [InlineData(""" "allowedNamespaces":{"selector":{"matchExpressions":[7]}} """, "spec.allowedNamespaces.selector.matchExpressions[0]: 7 is a number, an object is expected")]
    [InlineData(""" "allowedNamespaces":{"selector":{"matchExpressions":[{"key":"a","operator":"In"}]}} """, "spec.allowedNamespaces.selector.matchExpressions[0].values: In and NotIn need some")]
    [InlineData(""" "allowedNamespaces":{"selector":{"matchExpressions":[{"key":"a","operator":"Exists","values":["b"]}]}} """, "spec.allowedNamespaces.selector.matchExpressions[0].values: Exists and DoesNotExist have none")]
    [InlineData(""" "allowedNamespaces":{"selector":{"matchExpressions":[{"operator":"Exists"}]}} """, "spec.allowedNamespaces.selector.matchExpressions[0].key: is needed")]
    public void A_mistake_in_a_field_is_named(string field, string message) => Messages($$"""{ {{Target}},{{field}} }""").Should().Equal(message);

    [Theory]
    [InlineData("a.b")]
    [InlineData("-a")]
    [InlineData("a123456789012345678901234567890123456789012345678901234567890123")]
    public void A_name_that_is_not_a_pool_s_is_refused(string name) =>
        WorkerPoolReader.Read(name, JsonDocument.Parse($$"""{ {{Target}} }""").RootElement).Problems.Single().ToString()
            .Should().StartWith($"metadata.name: '{name}' is not the name of a pool");

    private static (PoolSettings? Settings, IReadOnlyList<Core.Definitions.FieldProblem> Problems) Read(string spec) =>
        WorkerPoolReader.Read("default", JsonDocument.Parse(spec).RootElement);

    private static IEnumerable<string> Messages(string spec) => Read(spec).Problems.Select(p => p.ToString());
}
