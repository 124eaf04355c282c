using HttpSd.Core.Freshness;

namespace HttpSd.Core.Tests.Freshness;

public sealed class RetryBackoffTests
{
    [Theory]
    [InlineData(0, 0.5, 0)]
    [InlineData(1, 0.5, 5)]
    [InlineData(2, 0.5, 10)]
    [InlineData(6, 0.5, 160)]
    [InlineData(7, 0.5, 300)]
    [InlineData(1, 0.0, 4)]
    [InlineData(1, 1.0, 6)]
    [InlineData(7, 0.0, 240)]
    [InlineData(7, 1.0, 300)]
    [InlineData(1_000_000, 0.5, 300)]
    [InlineData(int.MaxValue, 0.0, 240)]
    public void The_pause_doubles_is_spread_and_capped(int failures, double jitter, int seconds) =>
        RetryBackoff.Next(failures, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), jitter)
            .Should().BeCloseTo(TimeSpan.FromSeconds(seconds), TimeSpan.FromMilliseconds(1));

    [Fact]
    public void The_longest_possible_cap_does_not_overflow() =>
        RetryBackoff.Next(1000, TimeSpan.FromSeconds(5), TimeSpan.MaxValue, 1).Should().Be(TimeSpan.MaxValue);
}
