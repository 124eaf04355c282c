using System.Text.Json.Nodes;

namespace HttpSd.Chart.Tests.Live;

/// <summary>The roles of the chart's Jobs: enough for the first installation and for an upgrade, and not with any one verb less.</summary>
[Collection(ChartCluster.Name)]
public sealed class SetupRightsTests(ChartCluster cluster)
{
    private const string Account = "setup";

    [Theory]
    [InlineData("httpsd-redis-secret")]
    [InlineData("httpsd-worker-pools")]
    public async Task Each_verb_of_a_Jobs_role_is_used(string job)
    {
        var render = await Render.OfAsync("default");
        var rules = render.Objects.Single(o => o.Kind == "Role" && o.Name == job).Json["rules"]!.AsArray();

        (await RunAsync(render, job, rules)).Should().BeEmpty();
        foreach (var (n, verb) in rules.SelectMany((rule, n) => Verbs(rule!).Select(verb => (n, verb))).ToArray())
        {
            var resource = rules[n]!["resources"]![0]!.GetValue<string>();
            (await RunAsync(render, job, Without(rules, n, verb))).Should().MatchRegex($"403 {resource}.* is forbidden", $"{verb} is taken away");
        }
    }

    private static IEnumerable<string> Verbs(JsonNode rule) => rule["verbs"]!.AsArray().Select(v => v!.GetValue<string>());

    private static JsonArray Without(JsonArray rules, int n, string verb)
    {
        var less = rules.DeepClone().AsArray();
        less[n]!["verbs"] = new JsonArray([.. Verbs(less[n]!).Where(v => v != verb).Select(v => (JsonNode)v)]);
        if (less[n]!["verbs"]!.AsArray().Count == 0)
            less.RemoveAt(n);
        return less;
    }

    /// <summary>Runs a Job's command in a namespace of its own, three times, with these rights alone; what it says of what it may not do.</summary>
    private async Task<string> RunAsync(Render render, string job, JsonArray rules)
    {
        var space = "r-" + Guid.NewGuid().ToString("n")[..8];
        var folder = Directory.CreateTempSubdirectory("httpsd-rights-").FullName;
        try
        {
            await ChartCluster.MustAsync(cluster.Plane, "create", "namespace", space);
            await ChartCluster.MustAsync(cluster.Plane, "create", "serviceaccount", Account, "-n", space);
            await File.WriteAllTextAsync(Path.Combine(folder, "rights.json"), Rights(space, rules).ToJsonString());
            await ChartCluster.MustAsync(cluster.Plane, "apply", "-f", Path.Combine(folder, "rights.json"));
            await InForceAsync(space, rules);
            if (job.EndsWith("-pools", StringComparison.Ordinal))
                await PreparePoolsAsync(render, space, folder);
            var kubeconfig = Path.Combine(folder, "kubeconfig");
            cluster.Plane.WriteKubeconfig(kubeconfig, await cluster.Plane.CreateTokenAsync(space, Account));
            var arguments = render.Objects.Single(o => o.Kind == "Job" && o.Name == job).PodSpec!["containers"]![0]!["args"]!.AsArray()
                .Select(a => a!.GetValue<string>().Replace("/etc/httpsd/pools", folder, StringComparison.Ordinal)).ToArray();
            var (_, _, first) = await SetupProcess.RunAsync(kubeconfig, space, arguments);
            var (_, _, second) = await SetupProcess.RunAsync(kubeconfig, space, arguments);
            // One that an earlier version made has not every password.
            if (job.EndsWith("-secret", StringComparison.Ordinal))
                await cluster.Plane.KubectlAsync(["patch", "secret", job[..^"-secret".Length], "-n", space, "--type=json", "-p", """[{"op":"remove","path":"/data/server-password"}]"""]);
            var (_, _, third) = await SetupProcess.RunAsync(kubeconfig, space, arguments);
            return first + second + third;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static JsonObject Rights(string space, JsonArray rules) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "List",
        ["items"] = new JsonArray(
            new JsonObject
            {
                ["apiVersion"] = "rbac.authorization.k8s.io/v1",
                ["kind"] = "Role",
                ["metadata"] = new JsonObject { ["name"] = Account, ["namespace"] = space },
                ["rules"] = rules.DeepClone(),
            },
            new JsonObject
            {
                ["apiVersion"] = "rbac.authorization.k8s.io/v1",
                ["kind"] = "RoleBinding",
                ["metadata"] = new JsonObject { ["name"] = Account, ["namespace"] = space },
                ["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = "Role", ["name"] = Account },
                ["subjects"] = new JsonArray(new JsonObject { ["kind"] = "ServiceAccount", ["name"] = Account, ["namespace"] = space }),
            }),
    };

    /// <summary>The API server takes a moment to know of a role.</summary>
    private async Task InForceAsync(string space, JsonArray rules)
    {
        var rule = rules[0]!;
        var resource = rule["resources"]![0]!.GetValue<string>();
        var group = rule["apiGroups"]![0]!.GetValue<string>();
        var name = rule["resourceNames"]?[0]?.GetValue<string>();
        string[] question = ["auth", "can-i", Verbs(rule).First(), (group.Length > 0 ? $"{resource}.{group}" : resource) + (name is null ? "" : "/" + name)];
        for (var left = 100; (await cluster.Plane.KubectlAsync([.. question, "-n", space, $"--as=system:serviceaccount:{space}:{Account}"])).ExitCode != 0; left--)
            left.Should().BePositive("the role is to come into force");
    }

    private async Task PreparePoolsAsync(Render render, string space, string folder)
    {
        var pools = render.Objects.Single(o => o.Kind == "ConfigMap" && o.Name == "httpsd-worker-pools").Json["data"]!["pools.json"]!.GetValue<string>();
        await File.WriteAllTextAsync(Path.Combine(folder, "pools.json"), pools.Replace("\"namespace\": \"httpsd\"", $"\"namespace\": \"{space}\"", StringComparison.Ordinal));
        var deployment = render.Objects.Single(o => o.Kind == "Deployment" && o.Name == "httpsd-worker-default").Json.DeepClone();
        deployment["metadata"]!["namespace"] = space;
        await File.WriteAllTextAsync(Path.Combine(folder, "deployment.json"), deployment.ToJsonString());
        await ChartCluster.MustAsync(cluster.Plane, "apply", "-f", Path.Combine(folder, "deployment.json"));
    }
}
