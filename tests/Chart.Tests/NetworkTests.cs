using System.Text.Json.Nodes;

namespace HttpSd.Chart.Tests;

/// <summary>NetworkPolicies let every part do what it is for, and no more.</summary>
public sealed class NetworkTests
{
    public static TheoryData<string> Cases =>
        [.. Render.Names.Where(n => n.StartsWith("network-policies", StringComparison.Ordinal) || n is "namespaces-many" or "pools-none" or "redis-sentinel")];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Every_pod_has_a_policy_for_both_directions(string name)
    {
        var render = await Render.OfAsync(name);

        foreach (var pod in render.Pods)
        {
            var policy = Policy(render, pod);
            policy["spec"]!["policyTypes"]!.ToJsonString().Should().Be("""["Ingress","Egress"]""", pod.Id);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Who_speaks_to_Redis_may_and_the_embedded_one_lets_it_in(string name)
    {
        var render = await Render.OfAsync(name);
        var speakers = render.Pods.Where(p => p.PodSpec!.ToJsonString().Contains("HTTPSD_Redis__Url", StringComparison.Ordinal)).ToArray();
        var redis = render.Pods.SingleOrDefault(p => Component(p) == "redis");

        speakers.Select(Component).Distinct().Should().Contain(["operator", "server"]);
        foreach (var speaker in speakers)
        {
            Ports(Policy(render, speaker), "egress").Should().Contain(Expected(render), speaker.Id).And.Contain("53/UDP");
            if (redis is not null)
            {
                KubeObject.List(Policy(render, redis)["spec"]!["ingress"]).SelectMany(r => KubeObject.List(r["from"]))
                    .Select(f => f["podSelector"]?["matchLabels"]?["app.kubernetes.io/component"]?.GetValue<string>()).Should().Contain(Component(speaker));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Only_who_has_a_token_reaches_the_API_server(string name)
    {
        var render = await Render.OfAsync(name);

        foreach (var pod in render.Pods)
        {
            // What a pool's scripts may reach is said by whoever installs.
            var rules = KubeObject.List(Policy(render, pod)["spec"]!["egress"]).Where(r => KubeObject.List(r["to"]).All(t => t["ipBlock"]?["except"] is null)).ToArray();
            rules.SelectMany(r => KubeObject.List(r["ports"])).Any(p => p["port"]!.ToString() == "6443")
                .Should().Be(Component(pod) is "operator" or "setup", pod.Id);
        }
    }

    [Fact]
    public async Task The_test_s_pod_reaches_what_it_asks_also_where_others_may_not()
    {
        var render = await Render.OfAsync("network-policies");
        var test = render.Pods.Single(p => Component(p) == "test");

        Ports(Policy(render, test), "egress").Should().Contain(["8080/TCP", "8082/TCP"]);
        foreach (var part in new[] { "server", "operator" })
        {
            Policy(render, render.Pods.Single(p => Component(p) == part))["spec"]!["ingress"]!.ToJsonString()
                .Should().Contain("\"app.kubernetes.io/component\":\"test\"");
        }
    }

    private static string[] Expected(Render render) => render.Name == "redis-sentinel" ? ["26379/TCP", "26380/TCP", "6379/TCP", "6390/TCP"] : ["6379/TCP"];

    private static string Component(KubeObject pod) => pod.PodMetadata!["labels"]!["app.kubernetes.io/component"]!.GetValue<string>();

    private static JsonObject Policy(Render render, KubeObject pod)
    {
        var labels = KubeObject.Labels(pod.PodMetadata!["labels"]);
        // The setup Jobs have one each, which say the same.
        return render.Objects.First(o => o.Kind == "NetworkPolicy"
            && KubeObject.Labels(o.Json["spec"]!["podSelector"]!["matchLabels"]).All(l => labels.GetValueOrDefault(l.Key) == l.Value)).Json;
    }

    private static IEnumerable<string> Ports(JsonObject policy, string direction) =>
        KubeObject.List(policy["spec"]![direction]).SelectMany(r => KubeObject.List(r["ports"])).Select(p => $"{p["port"]}/{p["protocol"]}");
}
