namespace HttpSd.Chart.Tests.Live;

/// <summary>The API server takes every object of every render, in the versions that it has.</summary>
[Collection(ChartCluster.Name)]
public sealed class AcceptanceTests(ChartCluster cluster)
{
    // Kinds whose definitions nobody has here, and a field that Kubernetes 1.20 hasn't.
    private static readonly string[] Without =
        ["server.httpRoute.enabled=false", "monitoring.grafanaDashboard.grafanaOperator.enabled=false", "server.service.loadBalancerClass="];

    public static TheoryData<string> Cases => Render.Cases;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Every_object_is_accepted(string name)
    {
        Assert.SkipWhen(
            ChartCluster.PrometheusOperator is null && name.StartsWith("monitoring", StringComparison.Ordinal),
            "the Prometheus Operator's definitions are not here: PROMETHEUS_OPERATOR_CRDS names no folder");
        var folder = Directory.CreateTempSubdirectory("httpsd-render-").FullName;
        try
        {
            var text = (await Helm.RunAsync(cluster.Plane.AdminKubeconfig, ["template", "--validate", .. Render.Arguments(name), "--set", string.Join(',', Without)])).Must();
            var render = new Render(name, text, [.. Yaml.Read(text).Select(o => new KubeObject(o))]);
            await File.WriteAllTextAsync(Path.Combine(folder, "all.yaml"), text);
            foreach (var (pool, n) in ShapeTests.Pools(render).Select((p, n) => (p, n)))
                await File.WriteAllTextAsync(Path.Combine(folder, $"pool-{n}.json"), pool.ToJsonString());

            var (exitCode, output, error) = await cluster.Plane.KubectlAsync("apply", "--dry-run=server", "-f", folder, "-o", "name");

            exitCode.Should().Be(0, error);
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(render.Objects.Count + ShapeTests.Pools(render).Count());
            render.Objects.Should().NotContain(o => o.ApiVersion == "policy/v1" || o.ApiVersion == "autoscaling/v2", "this API server hasn't these versions");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
