using System.Net;
using HttpSd.Kube;
using k8s;
using k8s.Models;

namespace HttpSd.Chart.Tests.Live;

/// <summary>
/// What is installed works: Redis, operator, server, agent and runner are started from the installed pods' own commands,
/// arguments, variables and mounts, the operator under the installed account, and a list is served.
/// </summary>
public sealed class JourneyTests(Installation here) : IClassFixture<Installation>
{
    private static readonly HttpClient Client = new() { Timeout = TimeSpan.FromSeconds(10) };

    [Theory]
    [InlineData("cluster")]
    [InlineData("namespaces")]
    public async Task An_installation_serves_the_samples(string scope)
    {
        var space = "journey-" + scope;
        if (scope == "namespaces")
            await here.KubectlAsync("apply", "--validate=false", "-f", Path.Combine(Programs.Root, "config", "crds"));
        await here.HelmAsync("install", "sd", Helm.Chart, "-n", space, "--create-namespace", "--timeout", "3m", "--set", $"rbac.scope={scope},crds.keep=false");
        try
        {
            await ServeAsync(space);
        }
        finally
        {
            await here.HelmAsync("uninstall", "sd", "-n", space);
            if (scope == "namespaces")
                await here.KubectlAsync("delete", "-f", Path.Combine(Programs.Root, "config", "crds"));
        }
    }

    private async Task ServeAsync(string space)
    {
        var (redisPort, serverPort, workerPort, operatorPort) = (Ports.Free(), Ports.Free(), Ports.Free(), Ports.Free());
        var store = ($"sd-httpsd-redis.{space}.svc:6379", $"127.0.0.1:{redisPort}");
        using var redis = await PodProcesses.StartAsync(
            here.Admin, space, await here.PodAsync(space, "sd-httpsd-redis"), [], ("port 6379", $"port {redisPort}"), ("bind * -::*", "bind 127.0.0.1"));
        var kubeconfig = Path.Combine(Path.GetDirectoryName(here.Plane.AdminKubeconfig)!, space + ".kubeconfig");
        here.Plane.WriteKubeconfig(kubeconfig, await here.Plane.CreateTokenAsync(space, "sd-httpsd-operator"));
        using var op = await PodProcesses.StartAsync(
            here.Admin, space, await here.PodAsync(space, "sd-httpsd-operator"),
            new Dictionary<string, string> { ["KUBECONFIG"] = kubeconfig, ["HTTPSD_Operator__Urls"] = $"http://127.0.0.1:{operatorPort}" }, store);
        using var server = await PodProcesses.StartAsync(
            here.Admin, space, await here.PodAsync(space, "sd-httpsd-server"),
            new Dictionary<string, string> { ["HTTPSD_Server__Urls"] = $"http://127.0.0.1:{serverPort}" }, store);
        using var worker = await PodProcesses.StartAsync(
            here.Admin, space, await here.PodAsync(space, "sd-httpsd-worker-default"),
            new Dictionary<string, string> { ["HTTPSD_Worker__Urls"] = $"http://127.0.0.1:{workerPort}" }, store);
        string Logs() => string.Join("\n\n", redis.Log, op.Log, server.Log, worker.Log);

        foreach (var sample in new[] { "my-service", "static", "parameters", "configmap" })
            await here.KubectlAsync("apply", "-n", space, "-f", Path.Combine(Programs.Root, "config", "samples", sample + ".yaml"));
        await ComesAsync($"http://127.0.0.1:{operatorPort}/readyz", "ok", Logs);
        await ComesAsync($"http://127.0.0.1:{workerPort}/readyz", "ok", Logs);
        await ComesAsync($"http://127.0.0.1:{serverPort}/targets/my-service", "10.0.1.1:9100", Logs);
        await ComesAsync($"http://127.0.0.1:{serverPort}/targets/static", "10.0.2.1:9100", Logs);
        await ComesAsync($"http://127.0.0.1:{serverPort}/metrics", "httpsd_redis_up 1", Logs);
        await here.KubectlAsync("wait", "--for=condition=Ready", "--timeout=60s", "tg", "--all", "-n", space);
        await here.KubectlAsync("wait", "--for=condition=Ready", "--timeout=60s", "wp", "--all", "-n", space);
        await UseAsync(space, $"http://127.0.0.1:{serverPort}", Logs);
        new[] { redis, op, server, worker }.Should().OnlyContain(p => p.AllRun, Logs());
        op.Log.Should().NotContain("forbidden", Logs());
        (worker.Log + server.Log + op.Log + redis.Log).Should().NotContain(await here.KubectlAsync("get", "secret", "sd-httpsd-redis", "-n", space, "-o", "jsonpath={.data.redis-password}"));

        using var test = await PodProcesses.StartAsync(
            here.Admin, space, await TestPodAsync(space), [],
            ($"http://sd-httpsd-server.{space}.svc:80", $"http://127.0.0.1:{serverPort}"), ($"http://sd-httpsd-operator.{space}.svc:8082", $"http://127.0.0.1:{operatorPort}"));
        (await test.ExitCodeAsync(TimeSpan.FromMinutes(2))).Should().Be(0, test.Log);
        test.Log.Split('\n').Should().HaveCount(4).And.OnlyContain(l => l.StartsWith("test: ok", StringComparison.Ordinal));

        // Nobody gets in without the password.
        using var cli = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("redis-cli", ["-p", $"{redisPort}", "PING"]) { RedirectStandardOutput = true })!;
        (await cli.StandardOutput.ReadToEndAsync()).Should().Contain("NOAUTH");
    }

    /// <summary>What people do to objects, with the rights that are installed.</summary>
    private async Task UseAsync(string space, string server, Func<string> logs)
    {
        await here.KubectlAsync(
            "patch", "tg", "my-service", "-n", space, "--type=merge", "-p",
            """{"spec":{"script":"def generate_targets(**params):\n    return [{'targets': ['edited:1']}]\n"}}""");
        await ComesAsync($"{server}/targets/my-service", "edited:1", logs);
        await here.KubectlAsync("annotate", "tg", "my-service", "-n", space, "httpsd.io/reload=once");
        await SaysAsync("once", logs, "get", "tg", "my-service", "-n", space, "-o", "jsonpath={.status.lastHandledReload}");
        await SaysAsync("Reloaded", logs, "get", "events", "-n", space, "--field-selector=involvedObject.name=my-service,reason=Reloaded", "-o", "jsonpath={.items[*].reason}");
        await here.KubectlAsync("delete", "tg", "static", "-n", space);
        await ComesAsync($"{server}/targets/static", "not found", logs, HttpStatusCode.NotFound);
        // The least of the pool is one.
        await here.KubectlAsync("scale", "deployment", "sd-httpsd-worker-default", "-n", space, "--replicas=0");
        await SaysAsync("1", logs, "get", "deployment", "sd-httpsd-worker-default", "-n", space, "-o", "jsonpath={.spec.replicas}");
    }

    private async Task SaysAsync(string expected, Func<string> logs, params string[] arguments)
    {
        var said = "";
        for (var left = 150; left > 0; left--)
        {
            if ((said = await here.KubectlAsync(arguments)) == expected)
                return;
            await Task.Delay(200);
        }
        throw new TimeoutException($"kubectl {string.Join(' ', arguments)} says {said}, and not {expected}:\n{logs()}");
    }

    /// <summary>The pod that <c>helm test</c> would start.</summary>
    private async Task<V1PodSpec> TestPodAsync(string space)
    {
        var hooks = Yaml.Read(await here.HelmAsync("get", "hooks", "sd", "-n", space));
        return KubernetesJson.Deserialize<V1PodSpec>(hooks.Single(h => h["kind"]!.GetValue<string>() == "Pod")["spec"]!.ToJsonString());
    }

    private static async Task ComesAsync(string url, string part, Func<string> logs, HttpStatusCode status = HttpStatusCode.OK)
    {
        var said = "";
        for (var left = 600; left > 0; left--)
        {
            try
            {
                using var answer = await Client.GetAsync(new Uri(url));
                said = await answer.Content.ReadAsStringAsync();
                if (answer.StatusCode == status && said.Contains(part, StringComparison.Ordinal))
                    return;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                said = e.Message;
            }
            await Task.Delay(100);
        }
        throw new TimeoutException($"{url} says {said[..Math.Min(said.Length, 500)]}, and not {part}:\n{logs()}");
    }
}
