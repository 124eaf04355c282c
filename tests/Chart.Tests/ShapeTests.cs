using System.Text.Json.Nodes;

namespace HttpSd.Chart.Tests;

/// <summary>What holds between the objects of every render.</summary>
public sealed class ShapeTests
{
    private static readonly string[] OutsideNamespaces =
        ["ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition", "Namespace", "PriorityClass", "ValidatingAdmissionPolicy"];

    public static TheoryData<string> Cases => Render.Cases;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Every_selector_finds_the_pods_that_it_is_for(string name)
    {
        var render = await Render.OfAsync(name);
        var pods = render.Pods.Select(o => KubeObject.Labels(o.PodMetadata!["labels"])).ToArray();

        foreach (var (id, selector) in render.Objects.SelectMany(Selectors))
        {
            var found = pods.Where(p => selector.All(s => p.GetValueOrDefault(s.Key) == s.Value)).ToArray();
            found.Should().NotBeEmpty($"{id} selects {string.Join(',', selector)}");
            found.Select(p => p["app.kubernetes.io/component"]).Distinct().Should().HaveCount(
                selector.ContainsKey("app.kubernetes.io/component") ? 1 : found.Select(p => p["app.kubernetes.io/component"]).Distinct().Count(), id);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Every_port_that_is_named_is_there(string name)
    {
        var render = await Render.OfAsync(name);

        foreach (var service in render.Objects.Where(o => o.Kind == "Service"))
        {
            var selector = KubeObject.Labels(service.Json["spec"]!["selector"]);
            var pod = render.Pods.First(p => selector.All(s => KubeObject.Labels(p.PodMetadata!["labels"]).GetValueOrDefault(s.Key) == s.Value));
            var ports = KubeObject.List(pod.PodSpec!["containers"]).SelectMany(c => KubeObject.List(c["ports"])).Select(p => p["name"]!.GetValue<string>());
            KubeObject.List(service.Json["spec"]!["ports"]).Select(p => p["targetPort"]!.GetValue<string>()).Should().BeSubsetOf(ports, service.Id);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Every_mount_has_its_volume_and_every_volume_a_mount(string name)
    {
        foreach (var pod in (await Render.OfAsync(name)).Pods)
        {
            var mounts = KubeObject.List(pod.PodSpec!["containers"]).Concat(KubeObject.List(pod.PodSpec["initContainers"]))
                .SelectMany(c => KubeObject.List(c["volumeMounts"])).Select(m => m["name"]!.GetValue<string>()).Distinct();

            mounts.Should().BeEquivalentTo(KubeObject.List(pod.PodSpec["volumes"]).Select(v => v["name"]!.GetValue<string>()), pod.Id);
        }
    }

    [Fact]
    public async Task A_container_that_never_ends_is_put_beside_no_pod_that_ends()
    {
        foreach (var pod in (await Render.OfAsync("extras")).Pods)
        {
            var ends = pod.PodSpec!["restartPolicy"] is not null;
            KubeObject.List(pod.PodSpec["containers"]).Any(c => c["name"]!.GetValue<string>() == "everywhere").Should().Be(!ends && !pod.Name.Contains("-server", StringComparison.Ordinal), pod.Id);
            KubeObject.List(pod.PodSpec["initContainers"]).Should().NotBeEmpty(pod.Id);
        }
    }

    [Theory]
    [InlineData("default", "httpsd-operator", "topology.kubernetes.io/zone kubernetes.io/hostname")]
    [InlineData("default", "httpsd-redis", "")]
    [InlineData("default", "httpsd-redis-secret", "")]
    [InlineData("part-knobs", "httpsd-operator", "kubernetes.io/hostname")]
    [InlineData("part-knobs", "httpsd-server", "rack")]
    [InlineData("part-knobs", "httpsd-worker-default", "")]
    [InlineData("part-knobs", "httpsd-redis", "rack")]
    [InlineData("part-knobs", "httpsd-worker-pools", "")]
    [InlineData("part-knobs", "httpsd-test", "")]
    public async Task Pods_are_spread_by_their_own_constraints_else_the_global_ones_else_the_usual(string name, string pod, string keys) =>
        KubeObject.List((await Render.OfAsync(name)).Pods.Single(p => p.Name == pod).PodSpec!["topologySpreadConstraints"])
            .Select(c => c["topologyKey"]!.GetValue<string>()).Should().Equal(keys.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Every_object_has_a_name_of_its_own_and_the_usual_labels(string name)
    {
        var objects = (await Render.OfAsync(name)).Objects.Where(o => o.Json["metadata"]!["labels"]?["extra"] is null).ToArray();

        objects.Select(o => o.Id).Should().OnlyHaveUniqueItems();
        objects.Should().OnlyContain(o => KubeObject.Labels(o.Json["metadata"]!["labels"]).ContainsKey("app.kubernetes.io/instance"));
        objects.Should().OnlyContain(o => (o.Namespace == null) == OutsideNamespaces.Contains(o.Kind));
    }

    [Theory]
    [InlineData("namespaces")]
    [InlineData("namespaces-many")]
    public async Task With_roles_in_namespaces_there_is_no_object_outside_of_namespaces(string name) =>
        (await Render.OfAsync(name)).Objects.Should().OnlyContain(o => !OutsideNamespaces.Contains(o.Kind) && o.Namespace != null);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task What_is_scaled_has_no_replicas(string name)
    {
        var render = await Render.OfAsync(name);
        var scaled = render.Objects.Where(o => o.Kind == "HorizontalPodAutoscaler").Select(o => o.Json)
            .Concat(Pools(render).Where(p => p["spec"]!["mode"]!.GetValue<string>() == "Active"))
            .Select(o => o["spec"]!["scaleTargetRef"]!["name"]!.GetValue<string>()).ToArray();

        foreach (var deployment in render.Objects.Where(o => o.Kind == "Deployment"))
        {
            if (scaled.Contains(deployment.Name))
                deployment.Json["spec"]!.AsObject().Should().NotContainKey("replicas", deployment.Id);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Every_pool_scales_a_Deployment_that_is_there_and_gives_it_time_to_end(string name)
    {
        var render = await Render.OfAsync(name);
        var workers = render.Objects.Where(o => o.Kind == "Deployment" && o.Name.Contains("-worker-", StringComparison.Ordinal)).ToArray();

        Pools(render).Select(p => p["spec"]!["scaleTargetRef"]!["name"]!.GetValue<string>()).Should().BeEquivalentTo(workers.Select(w => w.Name));
        foreach (var worker in workers)
        {
            var shutdown = KubeObject.List(worker.PodSpec!["containers"]).First()["env"]!.AsArray()
                .Single(e => e!["name"]!.GetValue<string>() == "HTTPSD_Worker__ShutdownTimeout")!["value"]!.GetValue<string>();
            worker.PodSpec["terminationGracePeriodSeconds"]!.GetValue<int>().Should().BeGreaterThanOrEqualTo(int.Parse(shutdown.TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture) + 5);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_password_comes_from_one_Secret_that_must_be_there(string name)
    {
        var references = (await Render.OfAsync(name)).Pods.SelectMany(o => KubeObject.List(o.PodSpec!["containers"]))
            .SelectMany(c => KubeObject.List(c["env"])).Where(e => e["name"]!.GetValue<string>() is "HTTPSD_Redis__Password" or "REDISCLI_AUTH")
            .Select(e => e["valueFrom"]!["secretKeyRef"]!).ToArray();

        references.Select(r => $"{r["name"]}").Distinct().Should().HaveCountLessThanOrEqualTo(1);
        references.Should().NotContain(r => r["optional"] != null);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_part_has_its_own_password_or_all_have_the_one_there_is(string name)
    {
        var keys = (await Render.OfAsync(name)).Pods
            .SelectMany(pod => KubeObject.List(pod.PodSpec!["containers"]).SelectMany(c => KubeObject.List(c["env"]))
                .Where(e => e["name"]!.GetValue<string>() == "HTTPSD_Redis__Password")
                .Select(e => (Part: $"{pod.PodMetadata!["labels"]!["app.kubernetes.io/component"]}", Key: $"{e["valueFrom"]!["secretKeyRef"]!["key"]}")))
            .Distinct().ToList();

        (keys.All(k => k.Key == k.Part + "-password") || keys.Select(k => k.Key).Distinct().Count() == 1).Should().BeTrue($"{string.Join(", ", keys)}");
    }

    /// <summary>The WorkerPools of a render.</summary>
    internal static IEnumerable<JsonNode> Pools(Render render) => render.Objects
        .Select(o => o.Kind == "ConfigMap" ? o.Json["data"]?["pools.json"]?.GetValue<string>() : null).OfType<string>()
        .SelectMany(text => KubeObject.List(JsonNode.Parse(text)!["items"]));

    private static IEnumerable<(string Id, Dictionary<string, string> Selector)> Selectors(KubeObject found)
    {
        var spec = found.Json["spec"];
        var one = found.Kind switch
        {
            "Service" => spec!["selector"],
            "Deployment" or "PodDisruptionBudget" => spec!["selector"]!["matchLabels"],
            "PodMonitor" => spec!["selector"]!["matchLabels"],
            "NetworkPolicy" => spec!["podSelector"]!["matchLabels"],
            _ => null,
        };
        if (one is not null)
            yield return (found.Id, KubeObject.Labels(one));
        foreach (var constraint in KubeObject.List(found.PodSpec?["topologySpreadConstraints"]))
            yield return (found.Id + "'s spread", KubeObject.Labels(constraint["labelSelector"]!["matchLabels"]));
    }
}
