using System.Text.Json.Nodes;

namespace HttpSd.Chart.Tests;

/// <summary>What the chart has of other places in this repository is as it is there.</summary>
public sealed class SourceTests
{
    private static readonly string Config = Path.Combine(Programs.Root, "config");

    [Fact]
    public void The_chart_s_definitions_are_those_of_config()
    {
        var chart = Path.Combine(Helm.Chart, "files", "crds");

        Directory.GetFiles(chart).Select(Path.GetFileName).Should().BeEquivalentTo(Directory.GetFiles(Path.Combine(Config, "crds")).Select(Path.GetFileName));
        foreach (var file in Directory.GetFiles(chart))
            File.ReadAllText(file).Should().Be(File.ReadAllText(Path.Combine(Config, "crds", Path.GetFileName(file))), "cp config/crds/* charts/httpsd/files/crds/");
    }

    [Theory]
    [InlineData("default")]
    [InlineData("crds-gone-with-the-release")]
    public async Task What_is_rendered_of_a_definition_says_the_same_and_is_small(string name)
    {
        var rendered = (await Render.OfAsync(name)).Objects.Where(o => o.Kind == "CustomResourceDefinition").ToArray();

        rendered.Should().HaveCount(2);
        foreach (var definition in rendered)
        {
            var source = await File.ReadAllTextAsync(Path.Combine(Config, "crds", definition.Name + ".yaml"));
            JsonNode.DeepEquals(definition.Json["spec"], Yaml.Read(source).Single()["spec"]).Should().BeTrue(definition.Name);
            // An annotation holds all of it when somebody applies it, and may have 256 KiB.
            source.Length.Should().BeLessThan(100_000);
            (definition.Json["metadata"]!["annotations"]!["helm.sh/resource-policy"]?.GetValue<string>()).Should().Be(name == "default" ? "keep" : null);
        }
    }

    [Fact]
    public async Task Before_Kubernetes_1_25_a_definition_has_no_rules_that_its_schema_doesn_t_know()
    {
        var rendered = (await Render.OfAsync("kubernetes-1-24")).Objects.Where(o => o.Kind == "CustomResourceDefinition").ToArray();

        foreach (var definition in rendered)
        {
            var source = Yaml.Read(await File.ReadAllTextAsync(Path.Combine(Config, "crds", definition.Name + ".yaml"))).Single()["spec"]!;
            source.ToJsonString().Should().Contain("x-kubernetes-validations");
            RemoveRules(source);
            JsonNode.DeepEquals(definition.Json["spec"], source).Should().BeTrue(definition.Name);
        }
    }

    [Fact]
    public async Task The_operator_s_rights_are_those_of_config()
    {
        var render = await Render.OfAsync("default");

        Same(Rules(render, "ClusterRole httpsd-httpsd-operator"), Shipped("cluster-role.yaml"));
        Same(Rules(render, "Role httpsd-operator-leader"), Shipped("leader-role.yaml"));
        Same(Rules(render, "Role httpsd-operator-scaling"), Shipped("scaling-role.yaml"));
    }

    [Fact]
    public async Task The_operator_s_rights_in_namespaces_are_those_of_config()
    {
        var render = await Render.OfAsync("namespaces-many");

        foreach (var role in new[] { "Role httpsd-operator", "Role team-a/httpsd-httpsd-operator", "Role team-b/httpsd-httpsd-operator" })
            Same(Rules(render, role), Shipped("role.yaml"));
        render.Objects.Where(o => o.Kind == "Role" && !o.IsHook).Should().HaveCount(5);
        render.Objects.Should().NotContain(o => o.Kind == "Role" && o.Json["rules"]!.ToJsonString().Contains("secrets", StringComparison.Ordinal) && !o.IsHook);
    }

    [Fact]
    public async Task Where_rights_are_brought_none_are_made_and_the_page_says_which_are_needed()
    {
        var render = await Render.OfAsync("rights-brought");
        var page = await File.ReadAllTextAsync(Path.Combine(Helm.Chart, "README.md"));

        render.Objects.Should().NotContain(o => o.ApiVersion == "rbac.authorization.k8s.io/v1");
        render.Objects.Where(o => o.Kind == "Job").Select(o => o.PodSpec!["serviceAccountName"]!.GetValue<string>()).Should().BeEquivalentTo("our-setup", "our-setup");
        var usual = (await Render.OfAsync("default")).Objects.Where(o => o.Kind == "Role" && o.IsHook).SelectMany(o => KubeObject.List(o.Json["rules"])).ToArray();
        usual.Should().HaveCount(5);
        foreach (var rule in usual)
        {
            var group = rule["apiGroups"]![0]!.GetValue<string>();
            var resource = rule["resources"]![0]!.GetValue<string>() + (group.Length > 0 ? "." + group : "");
            page.Should().MatchRegex($@"\| `{resource}` \| .*\| {string.Join(", ", KubeObject.List(rule["verbs"]))} \|");
        }
    }

    [Fact]
    public async Task Who_may_edit_a_namespace_may_not_write_generators_unless_asked_for()
    {
        var usual = (await Render.OfAsync("default")).Objects.Where(o => o.Kind == "ClusterRole").ToDictionary(o => o.Name, o => KubeObject.Labels(o.Json["metadata"]!["labels"]).Keys.Where(k => k.Contains("aggregate", StringComparison.Ordinal)));
        var asked = (await Render.OfAsync("rights-to-write")).Objects.Where(o => o.Kind == "ClusterRole").ToDictionary(o => o.Name, o => KubeObject.Labels(o.Json["metadata"]!["labels"]).Keys.Where(k => k.Contains("aggregate", StringComparison.Ordinal)));

        usual["httpsd-httpsd-view"].Should().BeEquivalentTo("rbac.authorization.k8s.io/aggregate-to-view");
        usual["httpsd-httpsd-edit"].Should().BeEmpty();
        asked["httpsd-httpsd-view"].Should().BeEmpty();
        asked["httpsd-httpsd-edit"].Should().BeEquivalentTo("rbac.authorization.k8s.io/aggregate-to-edit", "rbac.authorization.k8s.io/aggregate-to-admin");
    }

    [Fact]
    public async Task The_scripts_of_workers_may_name_what_the_worker_takes_by_default()
    {
        var runner = (await Render.OfAsync("default")).Pods.Single(o => o.Name == "httpsd-worker-default").PodSpec!["containers"]!.AsArray().Single(c => c!["name"]!.GetValue<string>() == "runner")!;
        var arguments = KubeObject.List(runner["args"]).Select(a => a.GetValue<string>()).ToArray();
        var page = await File.ReadAllTextAsync(Path.Combine(Programs.Root, "docs", "settings.md"));

        foreach (var (option, setting) in new[]
        {
            ("--interpreters", "Interpreters"), ("--pass-environment", "PassEnvironment"), ("--python", "Python"),
            ("--max-warm-runners", "MaxWarmRunners"), ("--runner-max-jobs", "RunnerMaxJobs"), ("--max-result-bytes", "MaxResultBytes"),
        })
        {
            page.Should().Contain($"| `{setting}` | `{arguments[Array.IndexOf(arguments, option) + 1]}` |");
        }
    }

    [Fact]
    public async Task The_dashboard_is_the_file_and_the_rules_are_the_file_s()
    {
        var render = await Render.OfAsync("monitoring");
        var groups = KubeObject.List(Yaml.Read(await File.ReadAllTextAsync(Path.Combine(Helm.Chart, "files", "rules.yaml"))).Single()["groups"]);
        var rendered = KubeObject.List(render.Objects.Single(o => o.Kind == "PrometheusRule").Json["spec"]!["groups"]).ToArray();

        render.Objects.Single(o => o.Name == "httpsd-dashboard" && o.Kind == "ConfigMap").Json["data"]!["httpsd.json"]!.GetValue<string>().Trim()
            .Should().Be((await File.ReadAllTextAsync(Path.Combine(Helm.Chart, "files", "dashboard.json"))).Trim());
        rendered.SelectMany(g => KubeObject.List(g["rules"])).Select(r => r["expr"]!.GetValue<string>())
            .Should().BeEquivalentTo(groups.SelectMany(g => KubeObject.List(g["rules"])).Select(r => r["expr"]!.GetValue<string>()).Append("up"));
        foreach (var alert in rendered.SelectMany(g => KubeObject.List(g["rules"])).Where(r => r["alert"] is not null))
        {
            var runbook = alert["annotations"]!["runbook_url"]!.GetValue<string>();
            runbook.Should().StartWith("https://runbooks.example.com/");
            File.Exists(Path.Combine(Programs.Root, "docs", "runbooks", runbook["https://runbooks.example.com/".Length..])).Should().BeTrue(runbook);
        }
    }

    [Fact]
    public void The_chart_s_version_is_the_code_s()
    {
        var chart = Yaml.Read(File.ReadAllText(Path.Combine(Helm.Chart, "Chart.yaml"))).Single();

        File.ReadAllText(Path.Combine(Programs.Root, "Directory.Build.props")).Should().Contain($"<Version>{chart["appVersion"]}</Version>");
        chart["kubeVersion"]!.GetValue<string>().Should().Be(">=1.20.0-0");
    }

    private static JsonNode[] Rules(Render render, string role) => [.. KubeObject.List(render.Objects.Single(o => o.Id == role).Json["rules"])];

    private static JsonNode[] Shipped(string file) => [.. KubeObject.List(Yaml.Read(File.ReadAllText(Path.Combine(Config, "rbac", file))).Single()["rules"])];

    private static void Same(JsonNode[] ours, JsonNode[] shipped) => ours.Select(r => r.ToJsonString()).Should().BeEquivalentTo(shipped.Select(r => r.ToJsonString()));

    private static void RemoveRules(JsonNode? node)
    {
        if (node is JsonObject map)
        {
            map.Remove("x-kubernetes-validations");
            foreach (var (_, value) in map)
                RemoveRules(value);
        }
        else if (node is JsonArray list)
        {
            foreach (var item in list)
                RemoveRules(item);
        }
    }
}
