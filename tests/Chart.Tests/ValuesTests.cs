using System.Text.Json;
using System.Text.Json.Nodes;

namespace HttpSd.Chart.Tests;

/// <summary>What values are taken, and what is said of the others.</summary>
public sealed class ValuesTests
{
    [Fact]
    public async Task The_chart_passes_the_strict_lint()
    {
        var lint = await Helm.RunAsync(null, "lint", "--strict", Helm.Chart);

        lint.ExitCode.Should().Be(0, lint.Output);
        lint.Output.Should().NotContain("[WARNING]").And.NotContain("[ERROR]");
    }

    [Theory]
    [InlineData("replicaCount=2", "replicaCount")]
    [InlineData("operator.replicaz=2", "replicaz")]
    [InlineData("server.service.prot=80", "prot")]
    [InlineData("worker.runner.resource=x", "resource")]
    [InlineData("workerPools.default.concurency=4", "concurency")]
    [InlineData("workerPools.default.autoscaling.maxReplica=4", "maxReplica")]
    [InlineData("redis.external.hosst=a", "hosst")]
    [InlineData("redis.embedded.persistence.enable=true", "enable")]
    [InlineData("monitoring.serviceMonitor.labels.a=b", "labels")]
    [InlineData("podDefaults.nodeSelectors.a=b", "nodeSelectors")]
    [InlineData("crds.installl=false", "installl")]
    public async Task A_typo_is_refused_by_its_name(string set, string name) =>
        (await RefusalAsync("--set", set)).Should().Contain($"Additional property {name} is not allowed");

    [Theory]
    [InlineData("redis.mode=embeded", "redis.mode")]
    [InlineData("rbac.scope=namespace", "rbac.scope")]
    [InlineData("operator.replicas=many", "operator.replicas")]
    [InlineData("workerPools.Default.concurrency=4", "workerPools")]
    [InlineData("workerPools.default.autoscaling.maxPendingAge=30", "maxPendingAge")]
    [InlineData("monitoring.podMonitor.renderMode=always", "renderMode")]
    [InlineData("redis.mode=external,redis.auth.enabled=false", "redis.external.host")]
    [InlineData("redis.mode=external,redis.external.host=a", "redis.auth.existingSecret")]
    [InlineData("redis.mode=external,redis.auth.enabled=false,redis.external.kind=cluster", "redis.external.nodes")]
    [InlineData("redis.mode=external,redis.auth.enabled=false,redis.external.kind=sentinel,redis.external.nodes[0]=a", "redis.external.masterName")]
    [InlineData("redis.tls.enabled=true", "redis.tls.enabled")]
    [InlineData("settings.Speed=1", "settings")]
    [InlineData("settings.Queue:MaxLenght=1", "settings")]
    [InlineData("server.settings.Server:MaxWait:0=1s", "server.settings")]
    [InlineData("setup.settings.Server:MaxWait=1s", "setup.settings")]
    [InlineData("redis.embedded.maxMemory=192Mi", "redis.embedded.maxMemory")]
    [InlineData("redis.embedded.persistence.size=1gb", "redis.embedded.persistence.size")]
    [InlineData("workerPools.default.runner.workSize=128mb", "workerPools.default.runner.workSize")]
    [InlineData("server.ingress.enabled=true", "server.ingress.hosts")]
    [InlineData("server.httpRoute.enabled=true", "server.httpRoute.parentRefs")]
    [InlineData("server.service.clusterIP=None", "server.service.clusterIP")]
    [InlineData("monitoring.scrapeConfigs.items.a.spec.httpSDConfigs[0].url=b", "monitoring.scrapeConfigs.items.a.spec.httpSDConfigs")]
    public async Task A_wrong_value_is_refused_by_its_name(string set, string name) => (await RefusalAsync("--set", set)).Should().Contain(name);

    [Theory]
    [InlineData("redis.auth=null", "redis: auth is required")]
    [InlineData("worker.autoscaling=null", "worker: autoscaling is required")]
    [InlineData("podDefaults.podDisruptionBudget=null", "podDefaults: podDisruptionBudget is required")]
    [InlineData("server.podDisruptionBudget=null", "server.podDisruptionBudget: Invalid type. Expected: object, given: null")]
    [InlineData("tests=null", "(root): tests is required")]
    [InlineData("global=null", "global")]
    public async Task A_map_that_is_taken_away_is_missed_by_its_name(string set, string sentence) =>
        (await RefusalAsync("--set", set)).Should().Contain(sentence).And.NotContain("nil pointer");

    [Fact]
    public async Task Maps_of_a_user_s_names_may_be_taken_away() =>
        (await Helm.RunAsync(null, "template", "httpsd", Helm.Chart, "--set", "commonLabels=null,commonAnnotations=null,settings=null,workerPools=null,crds.annotations=null,podDefaults.podLabels=null"))
            .ExitCode.Should().Be(0);

    [Fact]
    public void The_settings_that_the_schema_knows_are_those_of_the_page()
    {
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Helm.Chart, "values.schema.json")))!;
        var (section, page) = ("", new List<string>());
        foreach (var line in File.ReadAllLines(Path.Combine(Programs.Root, "docs", "settings.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                section = line[3..];
            else if (line.StartsWith("| `", StringComparison.Ordinal))
                page.Add($"{section}:{line.Split('`')[1]}");
        }

        KubeObject.List(schema["definitions"]!["settings"]!["propertyNames"]!["anyOf"]![0]!["enum"]).Select(n => n.GetValue<string>()).Should().Equal(page);
    }

    [Theory]
    [InlineData("settings.Redis:Url=redis://a", "settings: Redis:Url is set by a value of its own: redis")]
    [InlineData("worker.settings.Worker:Concurrency=9", "settings: Worker:Concurrency is set by a value of its own: worker.concurrency")]
    [InlineData("worker.terminationGracePeriodSeconds=30", "workerPools.default.terminationGracePeriodSeconds: 30 is too short for scripts of 60 s")]
    [InlineData("worker.autoscaling.minReplicas=11", "workerPools.default.autoscaling.minReplicas: must not be above maxReplicas")]
    [InlineData("rbac.scope=namespaces,worker.allowedNamespaces.selector.matchLabels.a=b", "workerPools.default.allowedNamespaces.selector: ")]
    [InlineData("monitoring.podMonitor.enabled=true,monitoring.podMonitor.renderMode=failIfMissing", "monitoring.coreos.com/v1/PodMonitor is not known to this cluster")]
    [InlineData("operator.leaderElection=false", "operator.leaderElection: without it there can be one replica only")]
    [InlineData("setup.serviceAccount.name=mine", "setup.serviceAccount.name: names an account that is there, for create: false")]
    [InlineData("rbac.namespaces[0]=a", "rbac.namespaces: counts only with rbac.scope namespaces")]
    [InlineData("server.service.nodePort=30080", "server.service.nodePort: a Service of type ClusterIP has none")]
    [InlineData("server.autoscaling.enabled=true,server.autoscaling.minReplicas=11", "server.autoscaling.minReplicas: must not be above maxReplicas")]
    [InlineData("server.autoscaling.enabled=true,server.autoscaling.targetCPUUtilizationPercentage=0", "server.autoscaling: needs a target for CPU or memory, or metrics")]
    [InlineData("server.settings.Server:MaxWait=1m", "server.terminationGracePeriodSeconds: 35 is too short: Server:DrainDelay, Server:MaxWait and 10 s take 75")]
    [InlineData("settings.Server:DrainDelay=20500ms", "server.terminationGracePeriodSeconds: 35 is too short: Server:DrainDelay, Server:MaxWait and 10 s take 41")]
    [InlineData("worker.settings.Queue:Lease=1m", "worker.settings: Queue:Lease must be the same in every process; set it under settings")]
    [InlineData("workerPools.slow.settings.Server:Retention=1m", "workerPools.slow.settings: Server:Retention must be the same in every process")]
    [InlineData("monitoring.grafanaDashboard.grafanaOperator.enabled=true", "set monitoring.grafanaDashboard.enabled, too")]
    [InlineData("monitoring.prometheusRule.disabled[0]=HttpsdNoOperator", "monitoring.prometheusRule.disabled: there is no alert HttpsdNoOperator; there are HttpsdGeneratorFailing, ")]
    public async Task What_can_t_work_is_refused_with_a_sentence(string set, string sentence) => (await RefusalAsync("--set", set)).Should().Contain(sentence);

    [Fact]
    public async Task As_a_subchart_it_takes_the_parent_s_globals_and_condition()
    {
        var parent = Directory.CreateTempSubdirectory("httpsd-parent-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(parent, "charts"));
            Directory.CreateSymbolicLink(Path.Combine(parent, "charts", "httpsd"), Helm.Chart);
            await File.WriteAllTextAsync(
                Path.Combine(parent, "Chart.yaml"),
                "apiVersion: v2\nname: parent\nversion: 1.0.0\ndependencies:\n  - {name: httpsd, version: '*', condition: httpsd.enabled}\n");
            await File.WriteAllTextAsync(
                Path.Combine(parent, "values.yaml"),
                "global: {imageRegistry: mirror.example.com, storageClass: of-another-chart}\nhttpsd: {enabled: true, server: {replicas: 3}}\n");

            var on = (await Helm.RunAsync(null, "template", "r", parent)).Must();
            var off = (await Helm.RunAsync(null, "template", "r", parent, "--set", "httpsd.enabled=false")).Must();
            var wrong = await Helm.RunAsync(null, "template", "r", parent, "--set", "httpsd.servr.replicas=1");

            on.Should().Contain("image: mirror.example.com/httpsd/server:").And.Contain("image: mirror.example.com/httpsd/redis:");
            off.Trim().Should().BeEmpty();
            wrong.Error.Should().Contain("Additional property servr is not allowed");
        }
        finally
        {
            Directory.Delete(parent, recursive: true);
        }
    }

    [Fact]
    public void The_schema_is_draft_07_and_knows_every_value()
    {
        var schema = JsonNode.Parse(File.ReadAllText(Path.Combine(Helm.Chart, "values.schema.json")))!;
        var values = Yaml.Read(File.ReadAllText(Path.Combine(Helm.Chart, "values.yaml"))).Single();

        schema["$schema"]!.GetValue<string>().Should().Be("http://json-schema.org/draft-07/schema#");
        values.Select(v => v.Key).Append("enabled").Should().BeEquivalentTo(schema["properties"]!.AsObject().Select(p => p.Key));
        // Of later drafts, which Helm would pass over in silence.
        schema.ToJsonString(JsonSerializerOptions.Default).Should().NotContain("dependentRequired").And.NotContain("unevaluatedProperties").And.NotContain("$defs");
    }

    [Fact]
    public void Every_part_has_the_same_pod_knobs_and_no_idle_ones()
    {
        var definitions = JsonNode.Parse(File.ReadAllText(Path.Combine(Helm.Chart, "values.schema.json")))!;
        var knobs = definitions["definitions"]!["knobs"]!["properties"]!.AsObject().Select(p => p.Key).ToArray();
        var parts = new[] { "operator", "server", "worker" }.Select(p => definitions["properties"]![p]!)
            .Append(definitions["definitions"]!["pool"]!);

        Yaml.Read(File.ReadAllText(Path.Combine(Helm.Chart, "values.yaml"))).Single()["podDefaults"]!.AsObject().Select(p => p.Key).Should().BeEquivalentTo(knobs);
        parts.Should().OnlyContain(p => knobs.All(k => p["properties"]!.AsObject().ContainsKey(k)));
        // One pod, of no process of ours.
        Missing("redis").Should().BeEquivalentTo("replicas", "strategy", "podDisruptionBudget", "settings", "logLevel");
        // No Deployment, and a pod that ends.
        string[] ending = ["replicas", "revisionHistoryLimit", "strategy", "annotations", "podDisruptionBudget", "startupProbe", "livenessProbe", "readinessProbe", "lifecycle", "extraArgs"];
        Missing("setup").Should().BeEquivalentTo(ending);
        Missing("tests").Should().BeEquivalentTo([.. ending, "settings", "logLevel"]);

        IEnumerable<string> Missing(string part) => knobs.Except(definitions["properties"]![part]!["properties"]!.AsObject().Select(p => p.Key));
    }

    private static async Task<string> RefusalAsync(params string[] arguments)
    {
        var refused = await Helm.RunAsync(null, ["template", "httpsd", Helm.Chart, .. arguments]);
        refused.ExitCode.Should().NotBe(0);
        return refused.Error;
    }
}
