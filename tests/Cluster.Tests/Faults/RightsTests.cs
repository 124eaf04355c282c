using k8s;
using k8s.Models;

namespace HttpSd.Cluster.Tests.Faults;

/// <summary>The operator needs every right that it is shipped with, says which one it lacks, and needs no other.</summary>
public sealed class RightsTests(FaultGround ground)
{
    private const int AtOnce = 5;

    [Fact]
    public async Task The_shipped_rights_are_enough()
    {
        var whole = new RightsCase(await ground.ClusterAsync(), Rights.Shipped);

        (await whole.RunAsync(said: null)).Should().BeTrue();
        whole.Warnings.Should().NotContain("forbidden");
    }

    [Fact]
    public async Task Without_any_one_verb_the_log_says_which_is_missing()
    {
        var cluster = await ground.ClusterAsync();
        var silent = new List<string>();

        // The one kind that isn't in any namespace has a test of its own.
        await Parallel.ForEachAsync(
            Rights.All.Where(r => r.Resource != "namespaces"), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (one, _) =>
            {
                var said = Missing(one.Verb, one.Resource);
                var less = new RightsCase(cluster, Rights.Without(one.Resource, one.Verb));
                var done = await less.RunAsync(said);
                if (done || !less.Warnings.Contains(said, StringComparison.Ordinal))
                {
                    lock (silent)
                        silent.Add($"{said}: {(done ? "all went well" : less.Warnings)}");
                }
            });

        silent.Should().BeEmpty();
    }

    [Theory]
    [InlineData("list")]
    [InlineData("watch")]
    public async Task Without_a_verb_on_namespaces_the_log_of_an_operator_for_all_of_them_says_so(string verb)
    {
        var cluster = await ground.ClusterAsync();
        await using var lane = await Lane.StartAsync(cluster, rights: Rights.Without("namespaces", verb), everywhere: true);
        using var op = await Part.StartAsync(
            "Operator", null, $"Kubernetes:KubeConfig={lane.Kubeconfig}", $"Operator:Name={lane.Name}", $"Operator:OwnNamespace={lane.Name}", $"Redis:Url={cluster.Redis.Url}");

        // At no terminal its lines are JSON, which escapes the quotes.
        var said = Missing(verb, "namespaces").Replace("\"", "\\u0022", StringComparison.Ordinal);
        await Wait.UntilAsync(() => Task.FromResult(op.Log.Contains(said, StringComparison.Ordinal)), "the log says it");
    }

    [Fact]
    public void A_namespace_s_role_gives_what_the_cluster_s_gives_but_for_what_is_in_no_namespace() =>
        Rights.Read("role.yaml").Should().BeEquivalentTo(Rights.Read("cluster-role.yaml").Where(r => r.Resources.Single() != "namespaces"));

    [Fact]
    public void No_right_is_for_everything_or_for_secrets() =>
        Rights.All.Should().OnlyContain(r => r.Resource != "*" && r.Verb != "*" && r.Resource != "secrets");

    [Fact]
    public async Task An_account_without_rights_is_told_what_it_lacks_and_the_operator_is_not_ready()
    {
        await using var lane = await Lane.StartAsync(await ground.ClusterAsync());
        await lane.Admin.CoreV1.CreateNamespacedServiceAccountAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "nobody" } }, lane.Name);
        var kubeconfig = Path.Combine(lane.Folder, "nobody");
        var control = (await ground.ClusterAsync()).Control;
        control.WriteKubeconfig(kubeconfig, await control.CreateTokenAsync(lane.Name, "nobody"));
        using var op = await lane.StartOperatorAsync($"Kubernetes:KubeConfig={kubeconfig}");

        await Wait.UntilAsync(() => Task.FromResult(op.Log.Contains("cannot list resource", StringComparison.Ordinal)), "the log says it");
        using var client = new HttpClient { BaseAddress = op.Address };
        (await client.GetAsync("/readyz")).StatusCode.Should().Be(System.Net.HttpStatusCode.ServiceUnavailable);
        (await client.GetAsync("/healthz")).StatusCode.Should().Be(System.Net.HttpStatusCode.OK, "a restart gives no rights");
        op.HasExited.Should().BeFalse();
    }

    private static string Missing(string verb, string resource) => $"cannot {verb} resource \"{resource}\"";
}
