using System.Text;
using k8s;
using k8s.Models;

namespace HttpSd.Chart.Tests.Live;

/// <summary>The commands of the chart's Jobs, on a real API server.</summary>
[Collection(ChartCluster.Name)]
public sealed class SetupCommandTests(ChartCluster cluster) : IAsyncLifetime
{
    private readonly string space = "s-" + Guid.NewGuid().ToString("n")[..8];
    private readonly string file = Path.GetTempFileName();
    private Kubernetes admin = null!;

    public async ValueTask InitializeAsync()
    {
        admin = new Kubernetes(cluster.Plane.AdminConfig);
        await admin.CoreV1.CreateNamespaceAsync(new V1Namespace { Metadata = new V1ObjectMeta { Name = space } });
    }

    public ValueTask DisposeAsync()
    {
        admin.Dispose();
        File.Delete(file);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_secret_is_made_once_and_never_changed()
    {
        var first = await RunAsync("create-secret", "--name=redis", "--key=password");
        var made = await admin.CoreV1.ReadNamespacedSecretAsync("redis", space);
        var second = await RunAsync("create-secret", "--name=redis", "--key=password");
        var after = await admin.CoreV1.ReadNamespacedSecretAsync("redis", space);
        await RunAsync("create-secret", "--name=another", "--key=password");
        var another = await admin.CoreV1.ReadNamespacedSecretAsync("another", space);

        first.Should().Be((0, $"Secret {space}/redis is made, with a password in password\n", ""));
        second.Should().Be((0, $"Secret {space}/redis is there, and left as it is\n", ""));
        Encoding.ASCII.GetString(made.Data["password"]).Should().MatchRegex("^[A-Za-z0-9]{40}$");
        (after.Metadata.ResourceVersion, after.Metadata.Uid).Should().Be((made.Metadata.ResourceVersion, made.Metadata.Uid));
        another.Data["password"].Should().NotEqual(made.Data["password"]);
    }

    [Fact]
    public async Task A_secret_of_an_earlier_version_gets_what_it_lacks_and_keeps_what_it_has()
    {
        await RunAsync("create-secret", "--name=older", "--key=password");
        var before = await admin.CoreV1.ReadNamespacedSecretAsync("older", space);

        var added = await RunAsync("create-secret", "--name=older", "--key=password,one,two");
        var again = await RunAsync("create-secret", "--name=older", "--key=password,one,two");

        added.Should().Be((0, $"Secret {space}/older is there, and has a password in one, two now\n", ""));
        again.Should().Be((0, $"Secret {space}/older is there, and left as it is\n", ""));
        var after = await admin.CoreV1.ReadNamespacedSecretAsync("older", space);
        after.Data["password"].Should().Equal(before.Data["password"]);
        new[] { "one", "two" }.Should().AllSatisfy(key => Encoding.ASCII.GetString(after.Data[key]).Should().MatchRegex("^[A-Za-z0-9]{40}$"));
        after.Data["one"].Should().NotEqual(after.Data["two"]);
    }

    [Fact]
    public async Task Many_at_a_time_make_one_secret()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => RunAsync("create-secret", "--name=raced", "--key=password")));

        results.Should().OnlyContain(r => r.ExitCode == 0);
        results.Count(r => r.Output.Contains("is made", StringComparison.Ordinal)).Should().Be(1);
    }

    [Fact]
    public async Task A_secret_without_the_key_is_a_failure_that_says_what_to_do()
    {
        await admin.CoreV1.CreateNamespacedSecretAsync(
            new V1Secret { Metadata = new V1ObjectMeta { Name = "theirs" }, Data = new Dictionary<string, byte[]> { ["other"] = [65] } }, space);

        (await RunAsync("create-secret", "--name=theirs", "--key=password")).Should().Be(
            (1, "", $"error: create-secret: Secret {space}/theirs is there, but has no password: add it, or delete the Secret to have one made\n"));
    }

    [Fact]
    public async Task A_refusal_is_told_in_the_API_server_s_words()
    {
        await admin.CoreV1.CreateNamespacedServiceAccountAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "nobody" } }, space);
        cluster.Plane.WriteKubeconfig(file, await cluster.Plane.CreateTokenAsync(space, "nobody"));

        var (exitCode, _, error) = await RunWithAsync(file, "create-secret", "--name=redis", "--key=password");

        exitCode.Should().Be(1);
        error.Should().StartWith($"error: create-secret: the API server refused: 403 secrets is forbidden: User \"system:serviceaccount:{space}:nobody\" cannot create");
    }

    [Theory]
    [InlineData("error: create-secret: --key is missing", "create-secret", "--name=a")]
    [InlineData("error: create-secret: there is no --file; there are --name, --key and --namespace", "create-secret", "--file=a")]
    [InlineData("error: apply-pools: 'pools' is not understood; arguments are written --NAME=VALUE", "apply-pools", "pools")]
    public async Task Wrong_usage_is_told(string error, params string[] arguments) =>
        (await RunAsync(arguments)).Should().Be((2, "", error + "\n"));

    [Fact]
    public async Task A_pool_is_applied_with_its_Deployment_as_owner_and_keeps_what_others_set()
    {
        await MakeDeploymentAsync("workers");
        await WritePoolAsync("ours", 5);
        var first = await RunAsync("apply-pools", $"--file={file}");
        await ChartCluster.MustAsync(cluster.Plane, "annotate", "wp", "fast", "-n", space, "httpsd.io/paused=true");
        await WritePoolAsync("ours", 7);
        await RunAsync("apply-pools", $"--file={file}");

        first.Should().Be((0, $"WorkerPools in {space} applied: fast\n", ""));
        var deployment = await admin.AppsV1.ReadNamespacedDeploymentAsync("workers", space);
        (await ChartCluster.MustAsync(
            cluster.Plane, "get", "wp", "fast", "-n", space, "-o", "jsonpath={.spec.maxReplicas} {.metadata.annotations.httpsd\\.io/paused} {.metadata.ownerReferences[*].uid}"))
            .Should().Be($"7 true {deployment.Metadata.Uid}");
    }

    [Fact]
    public async Task A_pool_of_another_release_is_not_taken_over()
    {
        await MakeDeploymentAsync("workers");
        await WritePoolAsync("theirs", 5);
        await RunAsync("apply-pools", $"--file={file}");
        await WritePoolAsync("ours", 7);

        var (exitCode, _, error) = await RunAsync("apply-pools", $"--file={file}");

        exitCode.Should().Be(1);
        error.Should().Contain("is not of release 'ours' but of 'theirs'");
    }

    [Fact]
    public async Task A_pool_that_is_not_valid_or_has_no_Deployment_is_a_failure()
    {
        await WritePoolAsync("ours", 5);
        var missing = await RunAsync("apply-pools", $"--file={file}");
        await MakeDeploymentAsync("workers");
        await WritePoolAsync("ours", 100_000);
        var wrong = await RunAsync("apply-pools", $"--file={file}");

        missing.Should().Be((1, "", "error: apply-pools: the API server refused: 404 deployments.apps \"workers\" not found\n"));
        wrong.ExitCode.Should().Be(1);
        wrong.Error.Should().Contain("maxReplicas");
    }

    private Task MakeDeploymentAsync(string name)
    {
        var labels = new Dictionary<string, string> { ["app"] = name };
        return admin.AppsV1.CreateNamespacedDeploymentAsync(
            new V1Deployment
            {
                Metadata = new V1ObjectMeta { Name = name },
                Spec = new V1DeploymentSpec
                {
                    Selector = new V1LabelSelector { MatchLabels = labels },
                    Template = new V1PodTemplateSpec { Metadata = new V1ObjectMeta { Labels = labels }, Spec = new V1PodSpec { Containers = [new V1Container { Name = "c", Image = "none" }] } },
                },
            },
            space);
    }

    private Task WritePoolAsync(string release, int max) => File.WriteAllTextAsync(
        file,
        $$$"""
        {"items": [{"apiVersion": "httpsd.io/v1alpha1", "kind": "WorkerPool", "metadata": {"name": "fast", "labels": {"app.kubernetes.io/instance": "{{{release}}}"} },
          "spec": {"maxReplicas": {{{max}}}, "scaleTargetRef": {"name": "workers"} } }]}
        """);

    private Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) => RunWithAsync(cluster.Plane.AdminKubeconfig, arguments);

    private Task<(int ExitCode, string Output, string Error)> RunWithAsync(string kubeconfig, params string[] arguments) =>
        SetupProcess.RunAsync(kubeconfig, space, arguments);
}
