using HttpSd.Cluster.Tests.Users;

namespace HttpSd.Cluster.Tests.Pools;

[Collection(PoolTestGroup.Name)]
public sealed class ScalingTests(PoolCluster ground)
{
    [Fact]
    public async Task A_backlog_makes_the_Deployment_larger_and_kubectl_says_why()
    {
        await using var keeper = await PoolKeeper.ComeAsync(ground, replicas: 1);
        await keeper.PoolAsync();
        var idle = await keeper.SeeAsync(p => p["Ready"] == "True Scaling" && p.Number("currentReplicas") == 1);
        (idle["MetricsAvailable"], idle["ScalingLimited"], idle["ObjectiveMet"], idle["Fallback"], idle["Paused"], idle["StuckProcessing"]).Should().Be(
            ("True QueueRead", "False AtMinReplicas", "True WithinObjective", "False NotConfigured", "False NotAnnotated", "False NoneStuck"));

        await keeper.EnqueueAsync(500);
        await keeper.ReplicasAsync(5);

        var busy = await keeper.SeeAsync(p => p["ScalingLimited"] == "True AtMaxReplicas" && p.Number("currentReplicas") == 5 && p.Number("pending") == 500);
        busy.Number("desiredReplicas").Should().Be(5);
        busy.Number("neededReplicas").Should().BeGreaterThan(5);
        busy.Reason.Should().StartWith("backlog 500 jobs");
        (await keeper.ToldAsync("ScaledUp")).Should().StartWith($"Deployment '{keeper.Name}' from 1 to 5 replicas: backlog ");
        await keeper.ToldAsync("ReachedMaxReplicas");
        var row = await keeper.MustAsync("get", "wp", keeper.Name, "--no-headers");
        string.Join(' ', row.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Should().StartWith($"{keeper.Name} {keeper.Name} 1 5 5 5 500 True True Active False ");
        (await keeper.MustAsync("get", "wp", keeper.Name, "-o", "wide")).Should().Contain("NEEDED").And.Contain("30s").And.Contain("backlog 500 jobs");
        (await keeper.MustAsync("describe", "wp", keeper.Name)).Should().Contain("replicas are needed, spec.maxReplicas is 5").And.Contain("ScaledUp").And.Contain("Predicted Wait Seconds");
        (await ground.Operator.MetricsAsync()).Should().Contain($"httpsd_pool_desired_replicas{{pool=\"{keeper.Name}\"}} 5")
            .And.Contain($"httpsd_pool_scale_actions_total{{pool=\"{keeper.Name}\",direction=\"up\"}} 1").And.Contain($"httpsd_update_queue_jobs{{status=\"pending\",pool=\"{keeper.Name}\"}} 500");
    }

    [Fact]
    public async Task A_size_that_somebody_else_has_set_does_not_last_and_the_pool_says_so()
    {
        await using var keeper = await PoolKeeper.ComeAsync(ground, replicas: 1);
        await keeper.PoolAsync();
        await keeper.SeeAsync(p => p["Ready"] == "True Scaling");
        await Task.Delay(2500);

        await keeper.MustAsync("scale", "deployment", keeper.Name, "--replicas=4");
        await keeper.ReplicasAsync(1);

        (await keeper.ToldAsync("ExternalScaleOverridden")).Should().Contain("from 1 to 4 replicas").And.Contain("httpsd.io/paused=true");
        await keeper.ToldAsync("ScaledDown");
    }

    [Fact]
    public async Task A_pool_that_is_idle_is_not_written_to()
    {
        await using var keeper = await PoolKeeper.ComeAsync(ground, replicas: 1);
        await keeper.PoolAsync();
        await keeper.SeeAsync(p => p["Ready"] == "True Scaling" && p.Number("currentReplicas") == 1);
        await Task.Delay(2500);
        var before = await keeper.SeeAsync();

        await Patience.WhileAsync(async () => (await keeper.SeeAsync()).Version == before.Version, () => "it was written to", 6);
    }

    [Fact]
    public async Task Paused_or_recommending_it_writes_only_what_it_would_do()
    {
        await using var keeper = await PoolKeeper.ComeAsync(ground, replicas: 1);
        await keeper.PoolAsync(annotations: "httpsd.io/paused: 'true'");
        await keeper.EnqueueAsync(500);
        var paused = await keeper.SeeAsync(p => p["Paused"] == "True Annotated" && p.Number("desiredReplicas") == 5);
        paused["Ready"].Should().Be("True Paused");
        paused.Reason.Should().StartWith("paused; ");
        await keeper.StaysAsync(1);

        await keeper.PoolAsync("mode: Recommend");
        await keeper.MustAsync("annotate", "wp", keeper.Name, "httpsd.io/paused-");
        await keeper.SeeAsync(p => p["Ready"] == "True Recommending" && p.Number("desiredReplicas") == 5);
        await keeper.StaysAsync(1);
        await keeper.ToldAsync("Resumed");

        await keeper.PoolAsync("mode: Active");
        await keeper.ReplicasAsync(5);
    }

    [Fact]
    public async Task Zero_is_reached_when_idle_left_in_one_step_and_not_left_behind()
    {
        await using var keeper = await PoolKeeper.ComeAsync(ground, replicas: 2);
        await keeper.PoolAsync("minReplicas: 0");
        await keeper.ReplicasAsync(0);
        await keeper.ToldAsync("ScaledToZero");

        // Paused meanwhile: a decision that sees only some of the jobs would be a smaller one.
        await keeper.MustAsync("annotate", "wp", keeper.Name, "httpsd.io/paused=true");
        await keeper.SeeAsync(p => p["Paused"] == "True Annotated");
        await keeper.EnqueueAsync(500);
        await keeper.MustAsync("annotate", "wp", keeper.Name, "httpsd.io/paused-");
        await keeper.ReplicasAsync(5);
        (await keeper.ToldAsync("Activated")).Should().Contain("from 0 to 5 replicas");

        await using var other = await PoolKeeper.ComeAsync(ground, replicas: 1);
        await other.PoolAsync("minReplicas: 0");
        await other.ReplicasAsync(0);
        await other.MustAsync("delete", "wp", other.Name);
        await other.ReplicasAsync(1);
    }
}
