namespace HttpSd.Cluster.Tests.Pools;

[Collection(PoolTestGroup.Name)]
public sealed class RefusalTests(PoolCluster ground)
{
    [Fact]
    public async Task A_Deployment_that_is_not_there_is_named_and_waited_for()
    {
        await using var keeper = await PoolKeeper.ComeAsync(ground, replicas: -1);
        await keeper.PoolAsync("minReplicas: 2");
        var seen = await keeper.SeeAsync(p => p["Ready"] == "False TargetNotFound");
        seen.Message("Ready").Should().StartWith($"there is no Deployment '{keeper.Name}' in namespace 'httpsd'");
        (seen.Number("pending"), seen.Number("desiredReplicas"), seen["ObjectiveMet"]).Should().Be((0, -1, "Unknown NotScaled"));
        await keeper.ToldAsync("TargetNotFound");

        await keeper.DeployAsync(1);
        await keeper.ReplicasAsync(2);
        await keeper.SeeAsync(p => p["Ready"] == "True Scaling");
    }

    [Fact]
    public async Task It_does_not_fight_a_HorizontalPodAutoscaler()
    {
        await using var keeper = await PoolKeeper.ComeAsync(ground, replicas: 1);
        await keeper.MustAsync("autoscale", "deployment", keeper.Name, "--min=1", "--max=3", "--cpu-percent=80");
        // Others are looked for every ten seconds.
        await Task.Delay(TimeSpan.FromSeconds(11));
        await keeper.PoolAsync();
        await keeper.EnqueueAsync(500);

        var seen = await keeper.SeeAsync(p => p["Ready"] == "False ConflictingAutoscaler");
        seen.Message("Ready").Should().Contain($"HorizontalPodAutoscaler '{keeper.Name}'");
        await keeper.ToldAsync("ConflictingAutoscaler");
        await keeper.StaysAsync(1);

        await keeper.MustAsync("delete", "hpa", keeper.Name);
        await keeper.ReplicasAsync(5);
    }

    [Fact]
    public async Task It_does_not_fight_KEDA()
    {
        await using var keeper = await PoolKeeper.ComeAsync(ground, replicas: 1);
        await ground.Cluster.ApplyAsync("""
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: scaledobjects.keda.sh}
            spec:
              group: keda.sh
              scope: Namespaced
              names: {kind: ScaledObject, plural: scaledobjects, singular: scaledobject, listKind: ScaledObjectList}
              versions:
                - name: v1alpha1
                  served: true
                  storage: true
                  schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """);
        await ground.Cluster.MustAsync("wait", "--for=condition=Established", "--timeout=30s", "crd/scaledobjects.keda.sh");
        await keeper.ApplyAsync($$"""
            apiVersion: keda.sh/v1alpha1
            kind: ScaledObject
            metadata: {name: by-keda}
            spec:
              scaleTargetRef:
                name: {{keeper.Name}}
            """);
        await keeper.PoolAsync();

        var seen = await keeper.SeeAsync(p => p["Ready"] == "False ConflictingAutoscaler");
        seen.Message("Ready").Should().StartWith($"ScaledObject 'by-keda' sets the replicas of Deployment '{keeper.Name}', too");
        await keeper.PoolAsync("mode: Recommend");
        await keeper.SeeAsync(p => p["Ready"] == "True Recommending");
        await ground.Cluster.MustAsync("delete", "crd", "scaledobjects.keda.sh");
    }

    [Fact]
    public async Task Of_two_pools_the_older_one_scales_the_Deployment()
    {
        await using var keeper = await PoolKeeper.ComeAsync(ground, replicas: 1);
        await keeper.PoolAsync();
        await keeper.SeeAsync(p => p["Ready"] == "True Scaling");
        // Ages are told in whole seconds.
        await Task.Delay(1100);
        var younger = $"a{keeper.Name}";
        await keeper.PoolAsync("minReplicas: 3", younger);

        var seen = await keeper.SeeAsync(p => p["Ready"] == "False ConflictingAutoscaler", younger);
        seen.Message("Ready").Should().Contain($"the older WorkerPool '{keeper.Name}'");
        await keeper.StaysAsync(1);
        await keeper.MustAsync("delete", "wp", keeper.Name);
        await keeper.ReplicasAsync(3);
        await keeper.MustAsync("delete", "wp", younger);
    }

    [Fact]
    public async Task What_the_schema_of_an_old_server_lets_through_the_status_refuses()
    {
        await using var keeper = await PoolKeeper.ComeAsync(ground, replicas: 1);
        await keeper.PoolAsync("minReplicas: 7\nfallback: {replicas: 9}");
        var seen = await keeper.SeeAsync(p => p["Ready"] == "False InvalidSpec");
        seen.Message("Ready").Should().Be("spec.minReplicas: 7 is above maxReplicas, which is 5; spec.fallback.replicas: 9 is above maxReplicas, which is 5");
        await keeper.StaysAsync(1);
    }

    [Fact]
    public async Task A_grace_shorter_than_a_script_may_take_is_warned_of()
    {
        await using var keeper = await PoolKeeper.ComeAsync(ground, replicas: 1);
        await ground.Cluster.ApplyAsync($$"""
            apiVersion: httpsd.io/v1alpha1
            kind: TargetGenerator
            metadata: {name: {{keeper.Name}}, namespace: default}
            spec:
              workerPool: {{keeper.Name}}
              timeout: 1h
              script: "def generate_targets(**p): return []"
            """);
        await keeper.PoolAsync();
        await keeper.SeeAsync(p => p["Ready"] == "True Scaling");
        await keeper.MustAsync("patch", "deployment", keeper.Name, "-p", """{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":30}}}}""");

        var seen = await keeper.SeeAsync(p => p["Ready"] == "True GraceTooShort");
        seen.Message("Ready").Should().Contain("terminationGracePeriodSeconds of 30").And.Contain("1h").And.Contain("3615");
        await keeper.ToldAsync("GraceTooShort");
        await ground.Cluster.MustAsync("delete", "tg", keeper.Name, "-n", "default");
    }
}
