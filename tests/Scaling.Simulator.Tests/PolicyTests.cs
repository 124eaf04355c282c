using HttpSd.Scaling.Simulator.World;

namespace HttpSd.Scaling.Simulator.Tests;

/// <summary>What the decision is for, on a few traces; <c>make simulate</c> has all of them, and others to compare with.</summary>
public sealed class PolicyTests
{
    private static readonly int[] Seeds = [1, 2, 3];

    [Theory]
    [InlineData("T1")]
    [InlineData("T13")]
    public void The_objective_is_met_and_nothing_is_lost(string id)
    {
        var trace = Traces.All.Single(t => t.Id == id);
        foreach (var figures in Arena.Run([Contender.Ours(0)], [trace], Seeds)[0][0])
        {
            figures.P99.Should().BeLessThanOrEqualTo(30);
            figures.DecreasesOnUnknown.Should().Be(0);
            figures.Interrupted.Should().Be(0);
        }
    }

    [Fact]
    public void The_same_seeds_give_the_same_page()
    {
        var options = Options.Parse(["--seeds", "1-3", "--traces", "T1,T6", "--sweep", "0"])!;
        var page = Page(options);
        Page(options).Should().Be(page);
        page.Should().NotBe(Page(options with { Seeds = [4, 5, 6] }));
    }

    [Fact]
    public void Seeds_are_single_ones_and_ranges()
    {
        Options.Parse(["--seeds", "1-3,7"])!.Seeds.Should().Equal(1, 2, 3, 7);
        Options.Parse([])!.Seeds.Should().HaveCount(20);
        foreach (var wrong in (string[][])[["--seeds", "x"], ["--seeds", "3-1"], ["--traces", "T99"], ["--sweep", "-1"], ["--seed", "1"]])
            Options.Parse(wrong).Should().BeNull();
    }

    private static string Page(Options options)
    {
        using var page = new StringWriter();
        Report.Write(page, options);
        return page.ToString();
    }
}
