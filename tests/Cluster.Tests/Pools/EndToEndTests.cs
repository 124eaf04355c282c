using HttpSd.Cluster.Tests.Users;

namespace HttpSd.Cluster.Tests.Pools;

/// <summary>Bursts, from the request at the SD server to the list that is served, by workers that come and go with them.</summary>
[Collection(EndToEndGroup.Name)]
public sealed class EndToEndTests(PoolCluster ground)
{
    private const string Soon = "scaleDown: {loadWindow: 2s, backlogWindow: 2s, idleAfter: 2s}";

    [Fact]
    public async Task A_burst_is_drained_by_more_workers_and_no_job_is_lost_run_twice_or_interrupted()
    {
        // Alone, the Pod that is there would take 25 s.
        const string spec = $"maxReplicas: 5\nobjective: {{maxPendingAge: 20s}}\n{Soon}";
        await using var pool = await WorkedPool.ComeAsync(ground, spec);

        await pool.Jobs.AskAsync(500, seconds: 0.2);
        await pool.Jobs.EndAsync(60);
        (await pool.Sizes.AllAsync()).Should().StartWith(1).And.Contain(5);
        pool.Jobs.Waits().Max().Should().BeLessThan(TimeSpan.FromSeconds(25));

        // Five Pods take these, and two are enough for them.
        await pool.ApplyAsync($"minReplicas: 5\n{spec}");
        await pool.ReadyAsync(5);
        await pool.Jobs.AskAsync(8, seconds: 8);
        await pool.Jobs.BeginAsync(30);
        await pool.ApplyAsync(spec);
        await pool.Jobs.EndAsync(30);
        await pool.Keeper.ReplicasAsync(1);
        await pool.Keeper.SeeAsync(p => p.Number("currentReplicas") == 1 && p["Ready"] == "True Scaling" && p["ObjectiveMet"] == "True WithinObjective");

        await pool.Jobs.AllRanOnceAsync();
        pool.NobodyWasKilled();
        var told = pool.Kubelet.Ended.ToDictionary(e => e.Name, e => e.ToldAt);
        pool.Jobs.Runs().Should().Contain(r => told.ContainsKey(r.Pod) && r.Ended > told[r.Pod], "some were told to end while they ran jobs");
    }

    [Fact]
    public async Task A_pool_at_zero_comes_back_for_a_burst_and_goes_to_zero_again()
    {
        await using var pool = await WorkedPool.ComeAsync(ground, $"minReplicas: 0\nmaxReplicas: 4\n{Soon}");
        await pool.Keeper.ReplicasAsync(0);
        await Patience.UntilAsync(() => Task.FromResult(pool.Kubelet.Ended.Count == 1), () => "its worker is still there", 20);

        await pool.Jobs.AskAsync(60, seconds: 0.2);
        await pool.Jobs.EndAsync(30);
        await pool.Keeper.ReplicasAsync(0);
        await pool.Keeper.SeeAsync(p => p.Number("currentReplicas") == 0);

        await pool.Jobs.AllRanOnceAsync();
        pool.NobodyWasKilled();
        pool.Jobs.Waits().Max().Should().BeLessThan(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Without_the_right_to_scale_the_workers_that_are_there_do_it_and_nothing_is_written()
    {
        // One Pod is too few whatever there is to do.
        const string spec = $"minReplicas: 2\n{Soon}";
        await using var pool = await WorkedPool.ComeAsync(ground, spec, "httpsd.io/paused: 'true'");
        var before = await GenerationAsync();
        await pool.Keeper.SeeAsync(p => p["Ready"] == "True Paused" && p.Number("desiredReplicas") == 2);
        await WorkAsync();

        await pool.Keeper.MustAsync("autoscale", "deployment", pool.Keeper.Name, "--min=1", "--max=3", "--cpu-percent=80");
        // Others are looked for every ten seconds.
        var looked = Task.Delay(TimeSpan.FromSeconds(11));
        await pool.ApplyAsync($"mode: Recommend\n{spec}");
        await pool.Keeper.SeeAsync(p => p["Ready"] == "True Recommending" && p.Number("desiredReplicas") == 2);
        await WorkAsync();

        await looked;
        await pool.ApplyAsync(spec);
        await pool.Keeper.SeeAsync(p => p["Ready"] == "False ConflictingAutoscaler");
        await WorkAsync();

        (await GenerationAsync()).Should().Be(before);
        (await pool.Sizes.AllAsync()).Should().Equal([1]);
        pool.Jobs.Runs().Select(r => r.Pod).Distinct().Should().ContainSingle();
        await pool.Jobs.AllRanOnceAsync();

        async Task WorkAsync()
        {
            await pool.Jobs.AskAsync(40, seconds: 0.2);
            await pool.Jobs.EndAsync(30);
        }

        // Whatever is written to the spec raises it.
        Task<string> GenerationAsync() => pool.Keeper.MustAsync("get", "deployment", pool.Keeper.Name, "-o", "jsonpath={.metadata.generation}");
    }
}
