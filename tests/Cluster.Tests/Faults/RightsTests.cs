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
        var cases =
            from file in new[] { "cluster-role.yaml", "leader-role.yaml" }
            from rule in Rights.Read(file).Select((r, i) => (r.Verbs, Resource: r.Resources.Single(), Index: i))
            from verb in rule.Verbs
            select (Said: $"cannot {verb} resource \"{rule.Resource}\"", File: file, rule.Index, Verb: verb);
        var silent = new List<string>();

        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (one, _) =>
        {
            var less = new RightsCase(cluster, new Rights(
                Rights.Read("cluster-role.yaml", one.File, one.Index, one.Verb), Rights.Read("leader-role.yaml", one.File, one.Index, one.Verb)));
            var done = await less.RunAsync(one.Said);
            if (done || !less.Warnings.Contains(one.Said, StringComparison.Ordinal))
            {
                lock (silent)
                    silent.Add($"{one.Said}: {(done ? "all went well" : less.Warnings)}");
            }
        });

        silent.Should().BeEmpty();
    }

    [Fact]
    public void A_namespace_s_role_gives_what_the_cluster_s_gives() =>
        Rights.Read("role.yaml").Should().BeEquivalentTo(Rights.Read("cluster-role.yaml"));

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
}
