namespace HttpSd.Chart.Tests.Live;

/// <summary>A release from its installation to its end, and another one beside it.</summary>
public sealed class LifeTests(Installation here) : IClassFixture<Installation>
{
    private const string Space = "life";

    [Fact]
    public async Task It_is_installed_upgraded_rolled_back_and_uninstalled_and_objects_and_sizes_stay()
    {
        var notes = await here.HelmAsync("install", "httpsd", Helm.Chart, "-n", Space, "--create-namespace", "--timeout", "3m");
        notes.Should().Contain("HttpSd").And.Contain("kind: TargetGenerator");
        here.Jobs.Log.Should().Contain("is made, with a password").And.Contain("WorkerPools in life applied: default");
        (await here.KubectlAsync("get", "wp", "default", "-n", Space, "-o", "jsonpath={.spec.scaleTargetRef.name} {.metadata.ownerReferences[*].name}"))
            .Should().Be("httpsd-worker-default httpsd-worker-default");
        // Now that the definitions are there: what is owned goes with its owner from here on.
        await here.Plane.StartControllersAsync();
        var password = await PasswordAsync();
        await here.KubectlAsync("apply", "-n", Space, "-f", Path.Combine(Programs.Root, "config", "samples", "static.yaml"));
        await here.KubectlAsync("scale", "deployment", "httpsd-worker-default", "-n", Space, "--replicas=4");

        await UpgradeWithAnotherDefinitionAsync();
        (await here.KubectlAsync("get", "crd", "targetgenerators.httpsd.io", "-o", "jsonpath={.spec.versions[0].schema.openAPIV3Schema.description}"))
            .Should().StartWith("Changed. TargetGenerator declares");
        (await ReplicasAsync("httpsd-worker-default")).Should().Be("4");
        (await ReplicasAsync("httpsd-server")).Should().Be("3");
        (await MaxReplicasAsync()).Should().Be("30");
        (await PasswordAsync()).Should().Be(password);

        await here.HelmAsync("rollback", "httpsd", "1", "-n", Space, "--timeout", "3m");
        (await ReplicasAsync("httpsd-worker-default")).Should().Be("4");
        (await ReplicasAsync("httpsd-server")).Should().Be("2");
        (await MaxReplicasAsync()).Should().Be("10");
        (await here.KubectlAsync("get", "crd", "targetgenerators.httpsd.io", "-o", "jsonpath={.spec.versions[0].schema.openAPIV3Schema.description}"))
            .Should().StartWith("TargetGenerator declares");

        await here.HelmAsync("uninstall", "httpsd", "-n", Space);
        (await here.KubectlAsync("get", "tg", "-n", Space, "-o", "name")).Should().Be("targetgenerator.httpsd.io/static\n");
        (await here.KubectlAsync("get", "crd", "-o", "name")).Should().Contain("targetgenerators.httpsd.io").And.Contain("workerpools.httpsd.io");
        (await here.KubectlAsync("get", "deployment,service,clusterrole,clusterrolebinding,role,rolebinding,job,pdb,networkpolicy", "-n", Space, "-o", "name", "-l", "app.kubernetes.io/name=httpsd"))
            .Should().BeEmpty();

        await here.KubectlAsync("wait", "--for=delete", "wp/default", "-n", Space, "--timeout=55s");

        await here.HelmAsync("install", "httpsd", Helm.Chart, "-n", Space, "--timeout", "3m");
        (await PasswordAsync()).Should().Be(password);
        await BesideAsync();
    }

    /// <summary>A second release, in namespaces of its own; nothing of the first one is in its way, or changed.</summary>
    private async Task BesideAsync()
    {
        var before = await here.KubectlAsync("get", "deployment,service,role,rolebinding,configmap", "-n", Space, "-o", "jsonpath={.items[*].metadata.uid}");
        var collision = await Helm.RunAsync(here.Plane.AdminKubeconfig, "install", "second", Helm.Chart, "-n", "second", "--create-namespace");
        collision.Error.Should().Contain("invalid ownership metadata", "the definitions belong to the first");

        await here.HelmAsync(
            "install", "httpsd", Helm.Chart, "-n", "second", "--create-namespace", "--timeout", "3m",
            "--set", "rbac.scope=namespaces", "--set", "workerPools.slow.concurrency=2");
        await here.HelmAsync("install", "httpsd", Helm.Chart, "-n", "third", "--create-namespace", "--timeout", "3m", "--set", "crds.install=false");

        (await here.KubectlAsync("get", "wp", "-A", "-o", "jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name} {end}"))
            .Should().Be("life/default second/default second/slow third/default ");
        (await here.KubectlAsync("get", "clusterrole", "-o", "name", "-l", "app.kubernetes.io/name=httpsd")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Should().BeEquivalentTo(new[] { "life", "third" }.SelectMany(s => new[] { "operator", "view", "edit" }.Select(r => $"clusterrole.rbac.authorization.k8s.io/{s}-httpsd-{r}")));
        await here.HelmAsync("uninstall", "httpsd", "-n", "second");
        await here.HelmAsync("uninstall", "httpsd", "-n", "third");
        (await here.KubectlAsync("get", "deployment,service,role,rolebinding,configmap", "-n", Space, "-o", "jsonpath={.items[*].metadata.uid}")).Should().Be(before);
    }

    private async Task UpgradeWithAnotherDefinitionAsync()
    {
        var folder = Directory.CreateTempSubdirectory("httpsd-next-").FullName;
        try
        {
            Charts.Copy(folder);
            var file = Path.Combine(folder, "files", "crds", "targetgenerators.httpsd.io.yaml");
            var text = await File.ReadAllTextAsync(file);
            await File.WriteAllTextAsync(file, text.Replace("TargetGenerator declares one list", "Changed. TargetGenerator declares one list", StringComparison.Ordinal));
            await here.HelmAsync(
                "upgrade", "httpsd", folder, "-n", Space, "--timeout", "3m", "--set", "server.replicas=3", "--set", "worker.autoscaling.maxReplicas=30");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private Task<string> PasswordAsync() => here.KubectlAsync("get", "secret", "httpsd-redis", "-n", Space, "-o", "jsonpath={.data.redis-password}");

    private Task<string> ReplicasAsync(string deployment) => here.KubectlAsync("get", "deployment", deployment, "-n", Space, "-o", "jsonpath={.spec.replicas}");

    private Task<string> MaxReplicasAsync() => here.KubectlAsync("get", "wp", "default", "-n", Space, "-o", "jsonpath={.spec.maxReplicas}");
}
