using HttpSd.Tests;

namespace HttpSd.Cluster.Tests.Faults;

/// <summary>The operator dies as by <c>kill -9</c> while it publishes a change; another one goes on.</summary>
public sealed class KilledPublicationTests(WorkingLane working) : IClassFixture<WorkingLane>
{
    private readonly Lane lane = working.Lane;

    [Theory]
    [InlineData("after-definition")]
    [InlineData("after-demand")]
    [InlineData("before-status")]
    [InlineData("after-status")]
    public async Task A_changed_script_runs_once_wherever_the_operator_dies(string step)
    {
        var name = "p-" + step;
        var log = Path.Combine(lane.Folder, name);
        using (var first = await lane.StartOperatorAsync())
        {
            await lane.ApplyAsync(name, new { script = Counting.Script(log, "one") });
            await lane.WaitReadyAsync(name);
        }
        using (var doomed = await lane.StartOperatorAsync(step, []))
        {
            await doomed.WaitReadyAsync();
            await lane.ApplyAsync(name, new { script = Counting.Script(log, "two") });
            await doomed.WaitExitAsync(Slowness.Bound(20));
            doomed.ExitCode.Should().Be(128 + 9);
        }
        using var next = await lane.StartOperatorAsync();

        await Wait.UntilAsync(() => lane.IsReadyAsync(name, "Generating"), "the next one ends what the first began");
        await Counting.SettleAsync(lane);
        Counting.Runs(log).Should().Equal("one", "two");
        (await lane.ReadScriptAsync(name)).Should().Be(Counting.Script(log, "two"));
        (await lane.FindAsync(name))!["status"]!["lastRun"]!["outcome"]!.GetValue<string>().Should().Be("success");
    }
}
