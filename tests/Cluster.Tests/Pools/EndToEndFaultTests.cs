using HttpSd.Cluster.Tests.Users;

namespace HttpSd.Cluster.Tests.Pools;

/// <summary>What fails in the middle of a burst takes no worker from it.</summary>
[Collection(EndToEndGroup.Name)]
public sealed class EndToEndFaultTests(PoolCluster ground)
{
    // An objective so short that each Pod is needed as long as the burst lasts.
    private const string Eager = "objective: {maxPendingAge: 5s}\nscaleDown: {loadWindow: 2s, backlogWindow: 2s}";

    [Fact]
    public async Task An_operator_that_is_killed_and_started_again_in_a_burst_takes_no_worker_from_it()
    {
        await using var pool = await WorkedPool.ComeAsync(ground, $"maxReplicas: 2\n{Eager}");
        // So long that half a minute goes by before the rest fits in one Pod: the lease of the killed one has to end first.
        await pool.Jobs.AskAsync(700, seconds: 0.5);
        await pool.Keeper.ReplicasAsync(2);
        await Patience.UntilAsync(() => Task.FromResult(pool.Jobs.Runs().Count > 40), () => "no job runs", 20);

        await ground.ReplaceOperatorAsync();
        await Patience.UntilAsync(
            async () => await ground.Operator.IsReadyAsync() && (await ground.Operator.MetricsAsync()).Contains($"httpsd_pool_desired_replicas{{pool=\"{pool.Keeper.Name}\"}} 2", StringComparison.Ordinal),
            () => "the new one does not decide", 40);
        (await pool.Keeper.SeeAsync()).Number("pending").Should().BePositive("it is still the burst");
        // Longer than what the new one has seen itself is kept for.
        await Patience.WhileAsync(async () => await pool.Keeper.ReplicasAsync() == 2, () => "it was scaled", 4);
        (await pool.Sizes.AllAsync()).Should().Equal([1, 2], "neither the end of one nor the start of the other scales");
        await pool.Jobs.EndAsync(60);
        await pool.Keeper.ReplicasAsync(1);
        await pool.Keeper.SeeAsync(p => p.Number("currentReplicas") == 1);
        await pool.Jobs.AllRanOnceAsync();
        pool.NobodyWasKilled();
    }

    [Fact]
    public async Task A_store_that_hangs_in_a_burst_leaves_the_size_as_it_is_and_then_all_goes_on()
    {
        await using var pool = await WorkedPool.ComeAsync(ground, $"maxReplicas: 4\n{Eager}");
        await pool.Jobs.AskAsync(500, seconds: 0.2);
        await pool.Keeper.ReplicasAsync(4);
        await Patience.UntilAsync(() => Task.FromResult(pool.Jobs.Runs().Count > 100), () => "no job runs", 20);

        ground.Cluster.Redis.Stop();
        try
        {
            await pool.Keeper.SeeAsync(p => p["MetricsAvailable"] == "False StoreUnavailable" && p["ObjectiveMet"] == "Unknown QueueUnknown" && p.Number("pending") == -1);
            await Patience.WhileAsync(async () => await pool.Keeper.ReplicasAsync() == 4, () => "it was scaled", 8);
            pool.Jobs.Runs().Count.Should().BeLessThan(500, "it is the middle of the burst");
        }
        finally
        {
            ground.Cluster.Redis.Continue();
        }

        await pool.Keeper.SeeAsync(p => p["MetricsAvailable"] == "True QueueRead");
        await pool.Jobs.EndAsync(60);
        await pool.Keeper.ReplicasAsync(1);
        await pool.Keeper.SeeAsync(p => p.Number("currentReplicas") == 1);
        await pool.Keeper.ToldAsync("MetricsRecovered");
        await pool.Jobs.AllRanOnceAsync();
        pool.NobodyWasKilled();
    }
}
