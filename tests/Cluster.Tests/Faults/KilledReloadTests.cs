using HttpSd.Tests;

namespace HttpSd.Cluster.Tests.Faults;

/// <summary>The operator dies as by <c>kill -9</c> within a reload or a publication; another one goes on.</summary>
public sealed class KilledReloadTests(WorkingLane working) : IClassFixture<WorkingLane>
{
    private readonly Lane lane = working.Lane;

    [Theory]
    [InlineData("after-reload-noted")]
    [InlineData("after-reload-asked")]
    [InlineData("after-reload-cleared")]
    [InlineData("after-reload-done")]
    [InlineData("before-status")]
    [InlineData("after-status")]
    public async Task A_reload_counts_once_wherever_the_operator_dies(string step)
    {
        var name = "r-" + step;
        var log = Path.Combine(lane.Folder, name);
        using (var first = await lane.StartOperatorAsync())
        {
            await lane.ApplyAsync(name, new { script = Counting.Script(log, "one") });
            await lane.WaitReadyAsync(name);
        }
        using (var doomed = await lane.StartOperatorAsync(step, []))
        {
            await doomed.WaitReadyAsync();
            await lane.AnnotateAsync(name, "now");
            await doomed.WaitExitAsync(Slowness.Bound(20));
            doomed.ExitCode.Should().Be(128 + 9);
        }
        using var next = await lane.StartOperatorAsync();

        await Wait.UntilAsync(async () => await IsReloadedAsync(name), "the next one ends what the first began");
        await Counting.SettleAsync(lane);
        Counting.Runs(log).Should().Equal(["one", "one"], "one run was asked for when it was created and one by the reload");
    }

    [Fact]
    public async Task A_reload_counts_once_when_the_leader_dies_over_it_and_another_follows()
    {
        const string elect = "Operator:LeaderElection=true";
        var log = Path.Combine(lane.Folder, "two-leaders");
        using var first = await lane.StartOperatorAsync(elect);
        await lane.ApplyAsync("two-leaders", new { script = Counting.Script(log, "one") });
        await lane.WaitReadyAsync("two-leaders");
        using var second = await lane.StartOperatorAsync(elect);
        await second.WaitReadyAsync();
        await lane.AnnotateAsync("two-leaders", "first");
        await Wait.UntilAsync(() => IsReloadedAsync("two-leaders", "first"), "the first one carries it out");

        await lane.AnnotateAsync("two-leaders", "now");
        first.Signal("KILL");

        await Wait.UntilAsync(second.LeadsAsync, "the second one follows");
        await Wait.UntilAsync(() => IsReloadedAsync("two-leaders"), "and ends what the first may have begun");
        await Counting.SettleAsync(lane);
        Counting.Runs(log).Should().HaveCount(3, "it was created and reloaded twice");
    }

    private async Task<bool> IsReloadedAsync(string name, string value = "now") =>
        await lane.IsReadyAsync(name)
        && (await lane.FindAsync(name))!["status"]!["lastHandledReload"]?.GetValue<string>() == value;
}
