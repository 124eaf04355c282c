using HttpSd.Core.Freshness;
using HttpSd.Core.Runs;
using HttpSd.Operator.Reconcile;
using HttpSd.Redis.Cache;

namespace HttpSd.Operator.Tests.Reconcile;

public sealed class RunReadingTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly CachedResult Result = new("\"e\"", new CachedTimes(At, TimeSpan.FromMinutes(5), TimeSpan.FromHours(1)), 7, 2, TimeSpan.Zero, "h", []);
    private static readonly CachedError Hung = new(At.AddMinutes(9), FailureTypes.Timeout, FailureTypes.TimeoutMessage, "", "", "w", "j", TimeSpan.Zero);

    [Fact]
    public void An_empty_entry_knows_of_no_run() => RunReading.Of(new CacheEntry(At, null, null, 0, null)).Should().BeNull();

    [Fact]
    public void A_success_says_until_when_it_is_served() =>
        RunReading.Of(new CacheEntry(At, Result, null, 0, null)).Should().Be(
            new RunObservation(RunOutcome.Success, At, 7, null, null, At.AddMinutes(65), "h"));

    [Fact]
    public void A_list_with_a_short_TTL_is_served_between_two_polls()
    {
        var brief = Result with { Times = new CachedTimes(At, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10)) };

        RunReading.Of(new CacheEntry(At, brief, null, 0, null))!.ServableUntil.Should().Be(At.AddSeconds(130));
    }

    [Fact]
    public void A_timeout_beside_a_good_list_is_a_timeout() =>
        RunReading.Of(new CacheEntry(At, Result, Hung, 1, null)).Should().Be(
            new RunObservation(RunOutcome.Timeout, At.AddMinutes(9), 7, FailureTypes.Timeout, FailureTypes.TimeoutMessage, At.AddMinutes(65), "h"));

    [Fact]
    public void An_error_that_a_changed_definition_has_forgiven_no_longer_counts()
    {
        RunReading.Of(new CacheEntry(At, null, Hung, 0, null)).Should().BeNull();
        RunReading.Of(new CacheEntry(At, Result, Hung, 0, null))!.Outcome.Should().Be(RunOutcome.Success);
    }

    [Fact]
    public void A_list_that_never_expires_is_served_for_ever() =>
        RunReading.Of(new CacheEntry(At, Result with { Times = new CachedTimes(At, TimeSpan.MaxValue, TimeSpan.MaxValue) }, null, 0, null))!
            .ServableUntil.Should().Be(DateTimeOffset.MaxValue);
}
