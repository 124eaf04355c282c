using System.Text.Json.Nodes;

namespace HttpSd.Chart.Tests;

/// <summary>Every pod of every render passes the Pod Security Standard "restricted", and more.</summary>
public sealed class PolicyTests
{
    public static TheoryData<string> Cases => Render.Cases;

    private static readonly string[] AllowedVolumes =
        ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Every_pod_is_restricted(string name)
    {
        var render = await Render.OfAsync(name);

        render.Pods.Should().NotBeEmpty();
        render.Pods.SelectMany(o => Violations(o.PodSpec!).Select(v => $"{o.Id}: {v}")).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Only_the_operator_and_what_sets_up_get_a_token(string name)
    {
        var tokens = (await Render.OfAsync(name)).Pods
            .Where(o => o.PodSpec!["automountServiceAccountToken"]?.GetValue<bool>() != false)
            .Select(o => o.PodMetadata!["labels"]!["app.kubernetes.io/component"]!.GetValue<string>());

        // A server that asks who its callers are shows who it is itself.
        tokens.Should().BeSubsetOf(name == "door-kubernetes" ? ["operator", "setup", "server"] : ["operator", "setup"]);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task No_runner_knows_of_Redis(string name)
    {
        var runners = (await Render.OfAsync(name)).Pods
            .SelectMany(o => KubeObject.List(o.PodSpec!["containers"])).Where(c => c["name"]!.GetValue<string>() == "runner");

        runners.Should().NotContain(r => r.ToJsonString().Contains("redis", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void The_check_sees_what_is_wrong()
    {
        var pod = JsonNode.Parse(
            """
            {"hostNetwork": true, "securityContext": {"runAsUser": 0},
             "volumes": [{"name": "a", "hostPath": {"path": "/"}}],
             "containers": [{"name": "c", "ports": [{"hostPort": 80}], "securityContext": {"privileged": true, "capabilities": {"drop": ["NET_RAW"], "add": ["SYS_ADMIN"]}}}]}
            """)!;

        Violations(pod).Should().HaveCount(11);
    }

    private static IEnumerable<string> Violations(JsonNode pod)
    {
        foreach (var host in new[] { "hostNetwork", "hostPID", "hostIPC" }.Where(h => pod[h]?.GetValue<bool>() == true))
            yield return host;
        foreach (var volume in KubeObject.List(pod["volumes"]))
        {
            foreach (var source in volume.AsObject().Select(p => p.Key).Where(k => k != "name" && !AllowedVolumes.Contains(k)))
                yield return $"a volume is of {source}";
        }
        var general = pod["securityContext"];
        if (general?["runAsUser"] is not null || general?["fsGroup"] is not null)
            yield return "the pod names a user or a group";
        foreach (var container in KubeObject.List(pod["containers"]).Concat(KubeObject.List(pod["initContainers"])))
        {
            var own = container["securityContext"];
            foreach (var problem in Violations(container, own, general))
                yield return $"container {container["name"]}: {problem}";
        }
    }

    private static IEnumerable<string> Violations(JsonNode container, JsonNode? own, JsonNode? general)
    {
        if ((own?["runAsNonRoot"] ?? general?["runAsNonRoot"])?.GetValue<bool>() != true)
            yield return "may run as root";
        if (own?["runAsUser"] is not null)
            yield return "names a user";
        if ((own?["seccompProfile"] ?? general?["seccompProfile"])?["type"]?.GetValue<string>() is not ("RuntimeDefault" or "Localhost"))
            yield return "has no seccomp profile";
        if (own?["allowPrivilegeEscalation"]?.GetValue<bool>() != false)
            yield return "may gain privileges";
        if (own?["privileged"]?.GetValue<bool>() == true)
            yield return "is privileged";
        if (own?["readOnlyRootFilesystem"]?.GetValue<bool>() != true)
            yield return "may write to its root";
        if (!KubeObject.List(own?["capabilities"]?["drop"]).Any(c => c.GetValue<string>() == "ALL"))
            yield return "keeps capabilities";
        if (KubeObject.List(own?["capabilities"]?["add"]).Any(c => c.GetValue<string>() != "NET_BIND_SERVICE"))
            yield return "adds capabilities";
        if (KubeObject.List(container["ports"]).Any(p => p["hostPort"] is not null))
            yield return "takes a port of the node";
    }
}
