namespace HttpSd.Cluster.Tests;

public sealed class FirstTests(LiveCluster live)
{
    [Fact]
    public async Task A_manifest_that_is_applied_makes_its_path_answer()
    {
        await live.Cluster.ApplyAsync("""
            apiVersion: httpsd.io/v1alpha1
            kind: TargetGenerator
            metadata: {name: first, namespace: default}
            spec:
              script: |
                def generate_targets(**params):
                    return [{"targets": ["h:1"]}]
            """);
        await live.Cluster.MustAsync("wait", "tg/first", "--for=condition=Ready", "--timeout=20s");

        using var client = new HttpClient { BaseAddress = live.Server.Address };
        (await client.GetStringAsync("targets/first")).Should().Be("""[{"targets":["h:1"]}]""");
    }
}
