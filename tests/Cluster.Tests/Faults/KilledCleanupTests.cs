using HttpSd.Tests;

namespace HttpSd.Cluster.Tests.Faults;

/// <summary>The operator dies as by <c>kill -9</c> while it removes or fills; another one goes on. No worker runs, so jobs wait.</summary>
public sealed class KilledCleanupTests(FaultGround ground) : IAsyncLifetime
{
    private Lane lane = null!;

    public async ValueTask InitializeAsync() => lane = await Lane.StartAsync(await ground.ClusterAsync());

    public ValueTask DisposeAsync() => lane.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_deleted_generator_leaves_no_key_when_the_operator_dies_half_way(bool deletedWhileItRuns)
    {
        using (var first = await lane.StartOperatorAsync())
        {
            await lane.ApplyListAsync("gone-list", "a:1");
            await lane.ApplyAsync("gone-script", new { script = Counting.Script("/dev/null", "x") });
            await lane.ApplyListAsync("stays", "a:1");
            foreach (var name in new[] { "gone-list", "gone-script", "stays" })
                await Wait.UntilAsync(() => lane.IsReadyAsync(name, "Published"), $"{name} is to be published");
        }
        (await lane.KeysAsync("gone")).Should().NotBeEmpty("the test is to be able to fail");
        if (!deletedWhileItRuns)
            await DeleteAsync();
        for (var deaths = 0; deaths < 2; deaths++)
        {
            using var doomed = await lane.StartOperatorAsync("after-removal", []);
            if (deletedWhileItRuns && deaths == 0)
            {
                await doomed.WaitReadyAsync();
                await DeleteAsync();
            }
            await doomed.WaitExitAsync(Slowness.Bound(20));
            doomed.ExitCode.Should().Be(128 + 9, "each of the two removals is cut off");
        }
        using var next = await lane.StartOperatorAsync();

        await Wait.UntilAsync(async () => (await lane.KeysAsync("gone")).Count == 0, "nothing of them stays");
        (await lane.ReadDefinitionsAsync()).Keys.Should().Equal("stays");
        (await lane.CountJobsAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_store_that_was_lost_is_filled_by_the_operator_after_the_one_that_died_of_it()
    {
        using (var first = await lane.StartOperatorAsync())
        {
            await lane.ApplyListAsync("list", "a:1");
            await lane.WaitReadyAsync("list");
        }
        await lane.LoseStoreAsync();
        using (var doomed = await lane.StartOperatorAsync("before-seal", []))
        {
            await doomed.WaitExitAsync(Slowness.Bound(20));
            (await lane.ReadDefinitionsAsync()).Should().BeEmpty("nobody has said that all is there");
        }
        using var next = await lane.StartOperatorAsync();

        await Wait.UntilAsync(async () => (await lane.ReadDefinitionsAsync()).ContainsKey("list"), "it fills it");
        await lane.WaitReadyAsync("list");
    }

    private async Task DeleteAsync()
    {
        await lane.DeleteAsync("gone-list");
        await lane.DeleteAsync("gone-script");
    }
}
