namespace HttpSd.Chart.Tests;

/// <summary>What Helm says after an installation.</summary>
public sealed class NotesTests
{
    [Fact]
    public async Task They_have_a_sample_the_way_to_its_list_and_the_queue()
    {
        var notes = await NotesAsync("default");

        notes.Should().Contain("kind: TargetGenerator")
            .And.Contain("kubectl get --raw \"/api/v1/namespaces/httpsd/services/httpsd-server:http/proxy/targets/my-service\"")
            .And.Contain("http://httpsd-server.httpsd.svc:80/targets/my-service")
            .And.Contain("kubectl exec -n httpsd deploy/httpsd-redis -- redis-cli LLEN target_generation_queue")
            .And.Contain("httpsd.io/reload=")
            .And.NotContain("WARNING");
        foreach (var generator in Yaml.Read(notes[notes.IndexOf("  apiVersion", StringComparison.Ordinal)..notes.IndexOf("  END\n", StringComparison.Ordinal)]))
            generator["spec"]!["script"]!.GetValue<string>().Should().Contain("def generate_targets");
    }

    [Theory]
    [InlineData("redis-external", "REDISCLI_AUTH=\"$(kubectl get secret our-redis -n httpsd -o jsonpath='{.data.password}' | base64 -d)\" redis-cli --user \"$(kubectl get secret our-redis -n httpsd -o jsonpath='{.data.username}' | base64 -d)\" --tls --cacert redis-ca.crt -n 3 -h redis.example.com -p 6380 LLEN team:target_generation_queue")]
    [InlineData("redis-external", "kubectl get secret our-redis-ca -n httpsd -o jsonpath='{.data.authority\\.pem}' | base64 -d >redis-ca.crt\n")]
    [InlineData("redis-sentinel", "redis-cli --tls -h sentinel-0.redis -p 26379 SENTINEL GET-MASTER-ADDR-BY-NAME mymaster ")]
    [InlineData("redis-sentinel", "redis-cli --user httpsd --tls -n 1 -h PRIMARY -p PORT LLEN target_generation_queue")]
    [InlineData("redis-persistent", "WARNING: redis.embedded.maxMemory, 1gb, is above 50 % of the memory limit, 384Mi")]
    [InlineData("settings", "WARNING: Server:MaxCacheBytes, 1073741824, is above 60 % of the server's memory limit, 768Mi")]
    [InlineData("network-policies", "WARNING: `kubectl get --raw .../proxy` comes from the API server")]
    [InlineData("pools-none", "WARNING: there are no worker pools")]
    [InlineData("pools-without-default", "WARNING: there is no worker pool `default`: a generator has to name one of fast, slow (spec.workerPool)")]
    [InlineData("pools-without-default", "  spec:\n    workerPool: fast\n    script: |\n")]
    [InlineData("redis-cluster", "redis-cli -c -h redis-0.redis -p 6379 LLEN target_generation_queue")]
    [InlineData("redis-cluster", "WARNING: Redis is used without a password")]
    [InlineData("rights-to-write", "WARNING: whoever may edit a namespace can run code in the workers")]
    [InlineData("namespaces-many", "Served: httpsd, team-a, team-b. This release has no CustomResourceDefinitions")]
    [InlineData("crds-off", "This release has no CustomResourceDefinitions (crds.install)")]
    [InlineData("monitoring-where-known", "left out, because the Prometheus Operator's definitions aren't there: monitoring.podMonitor, monitoring.prometheusRule, monitoring.scrapeConfigs")]
    [InlineData("monitoring", "kubectl get prometheus -A")]
    [InlineData("ingress", "services/httpsd-server:http/proxy/sd/targets/my-service")]
    public async Task They_fit_the_installation(string name, string line) => (await NotesAsync(name)).Should().Contain(line);

    private static async Task<string> NotesAsync(string name)
    {
        // `helm template` shows no notes, and `helm install` needs a cluster; but a template can include them.
        var folder = Directory.CreateTempSubdirectory("httpsd-notes-").FullName;
        try
        {
            Charts.Copy(folder);
            await File.WriteAllTextAsync(
                Path.Combine(folder, "templates", "shown.yaml"),
                "kind: Notes\ntext: {{ include (print .Template.BasePath \"/NOTES.txt\") . | toJson }}\n");
            var arguments = Render.Arguments(name).Select(a => a == Helm.Chart ? folder : a);
            var shown = (await Helm.RunAsync(null, ["template", .. arguments, "--show-only", "templates/shown.yaml"])).Must();
            return Yaml.Read(shown).Single()["text"]!.GetValue<string>();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
