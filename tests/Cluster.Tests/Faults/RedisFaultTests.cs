using HttpSd.Tests;

namespace HttpSd.Cluster.Tests.Faults;

/// <summary>What Redis does to an operator, and that the operator goes on.</summary>
public sealed class RedisFaultTests(FaultGround ground) : IAsyncLifetime
{
    private RedisServer redis = null!;
    private Lane lane = null!;

    public async ValueTask InitializeAsync()
    {
        redis = await RedisServer.StartAsync();
        lane = await Lane.StartAsync(await ground.ClusterAsync(), redis);
    }

    public async ValueTask DisposeAsync()
    {
        await lane.DisposeAsync();
        await redis.DisposeAsync();
    }

    [Fact]
    public async Task A_store_that_is_down_at_the_start_is_filled_when_it_comes_and_again_when_it_comes_back_empty()
    {
        redis.Kill();
        using var op = await lane.StartOperatorAsync();
        await lane.ApplyListAsync("a", "a:1");
        await op.WaitReadyAsync();
        await Wait.UntilAsync(async () => await ReasonAsync("a") == "StoreUnavailable", "the object says why nothing happens", 40);

        await redis.RestartAsync();
        await Wait.UntilAsync(async () => (await lane.ReadDefinitionsAsync()).ContainsKey("a"), "it comes", 10);
        await lane.WaitReadyAsync("a", 10);

        await redis.RestartAsync();
        await Wait.UntilAsync(async () => (await lane.ReadDefinitionsAsync()).ContainsKey("a"), "it is back", 10);
        await Wait.UntilAsync(async () => (await lane.KeysAsync("/targets/a")).Count > 0, "a list that no worker makes comes with it", 2);
        await lane.WaitReadyAsync("a", 10);
    }

    [Fact]
    public async Task A_store_that_hangs_at_the_start_is_not_taken_for_an_empty_one()
    {
        using (var first = await lane.StartOperatorAsync())
        {
            await lane.ApplyAsync("bad", new { path = "bad", script = "def generate_targets(**p):\n    return []\n" });
            await Wait.UntilAsync(() => lane.IsReadyAsync("bad", "Published"), "it is published");
        }
        await lane.ApplyAsync("bad", new { path = "bad", scriptFrom = new { configMapKeyRef = new { name = "none", key = "a.py" } } });
        redis.Stop();
        using var op = await lane.StartOperatorAsync();
        await Wait.UntilAsync(async () => await ReasonAsync("bad") == "ConfigMapMissing", "that can be known", 40);
        (await MessageAsync()).Should().NotContain("the last good definition", "that can't");

        redis.Continue();

        await Wait.UntilAsync(
            async () => (await MessageAsync()).Contains("the last good definition goes on being served", StringComparison.Ordinal), "now it can", 20);
        (await lane.ReadScriptAsync("bad")).Should().Contain("generate_targets");

        async Task<string> MessageAsync() => Lane.Condition((await lane.FindAsync("bad"))!, "Ready")!["message"]!.GetValue<string>();
    }

    [Fact]
    public async Task A_store_that_hangs_for_ten_seconds_gets_what_it_missed()
    {
        using var op = await lane.StartOperatorAsync("Operator:ResyncInterval=10s");
        await lane.ApplyListAsync("a", "one:1");
        await lane.ApplyListAsync("gone", "one:1");
        await lane.WaitReadyAsync("a");
        await lane.WaitReadyAsync("gone");

        redis.Stop();
        await lane.ApplyListAsync("a", "two:1");
        await lane.DeleteAsync("gone");
        await Task.Delay(10_000);
        redis.Continue();

        await Wait.UntilAsync(async () => (await lane.ReadScriptAsync("a"))!.Contains("two:1", StringComparison.Ordinal), "it is published", 10);
        await Wait.UntilAsync(async () => (await lane.KeysAsync("gone")).Count == 0, "it is removed", 10);
        await lane.WaitReadyAsync("a", 15);

        // Somebody's hand.
        await lane.InRedisAsync((db, keys) => db.HashDeleteAsync(keys.Definitions[0], "a"));
        await Wait.UntilAsync(async () => (await lane.ReadDefinitionsAsync()).ContainsKey("a"), "from time to time all is compared", 20);
    }

    private async Task<string?> ReasonAsync(string name) =>
        await lane.FindAsync(name) is { } found && Lane.IsCurrent(found) ? Lane.Condition(found, "Ready")?["reason"]?.GetValue<string>() : null;
}
