using HttpSd.Core.Runs;
using HttpSd.Core.Targets;

namespace HttpSd.Core.Tests.Targets;

public sealed class ShrinkGuardTests
{
    [Theory]
    [InlineData(null, 0, 10, true)]
    [InlineData(0, 0, 10, true)]
    [InlineData(100, 100, 10, true)]
    [InlineData(100, 200, 10, true)]
    [InlineData(100, 90, 10, true)]
    [InlineData(100, 89, 10, false)]
    [InlineData(100, 0, 99, false)]
    [InlineData(100, 0, 100, true)]
    [InlineData(3, 2, 33, false)]
    [InlineData(200_000_000, 0, 50, false)]
    public void A_list_may_lose_no_more_than_its_share(int? last, int now, int percent, bool passes) =>
        (ShrinkGuard.Check(last, now, percent) is null).Should().Be(passes);

    [Fact]
    public void The_failure_says_the_numbers() =>
        ShrinkGuard.Check(2000, 500, 20).Should().Be(new RunFailure(
            FailureTypes.TargetsShrunk,
            "500 targets instead of 2,000: 1,500 fewer (75 %), maxShrinkPercent is 20",
            ""));
}
