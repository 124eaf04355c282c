using HttpSd.Core.Freshness;

namespace HttpSd.Core.Tests.Freshness;

public sealed class FreshnessPolicyTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    // cacheTTL 300 s, staleTTL 100 s, no poll interval
    [InlineData(0, 300, 100, null, CacheState.Fresh, false)]
    [InlineData(149, 300, 100, null, CacheState.Fresh, false)]
    [InlineData(150, 300, 100, null, CacheState.Fresh, true)]
    [InlineData(299, 300, 100, null, CacheState.Fresh, true)]
    [InlineData(300, 300, 100, null, CacheState.Stale, true)]
    [InlineData(399, 300, 100, null, CacheState.Stale, true)]
    [InlineData(400, 300, 100, null, CacheState.Expired, true)]
    [InlineData(300, 300, 0, null, CacheState.Expired, true)]
    // polled every minute: twice the interval keeps a short TTL fresh
    [InlineData(119, 10, 0, 60.0, CacheState.Fresh, true)]
    [InlineData(120, 10, 0, 60.0, CacheState.Expired, true)]
    [InlineData(4, 10, 0, 60.0, CacheState.Fresh, false)]
    // it would expire before the next poll: 1.2 x 140 s from an age of 133 s on
    [InlineData(131, 300, 0, 140.0, CacheState.Fresh, false)]
    [InlineData(133, 300, 0, 140.0, CacheState.Fresh, true)]
    // at most ten minutes, and such a client always comes too late
    [InlineData(599, 300, 0, 3600.0, CacheState.Fresh, true)]
    [InlineData(600, 300, 0, 3600.0, CacheState.Expired, true)]
    [InlineData(0, 300, 0, 3600.0, CacheState.Fresh, true)]
    // what nobody means
    [InlineData(0, 300, 0, 1e9, CacheState.Fresh, true)]
    [InlineData(0, 300, 0, -5.0, CacheState.Fresh, false)]
    [InlineData(-60, 300, 0, null, CacheState.Fresh, false)]
    public void A_result_is_judged_by_its_age(
        int age, int cacheTtl, int staleTtl, double? interval, CacheState state, bool due)
    {
        var poll = interval is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        var freshness = FreshnessPolicy.Decide(Now, Times(age, cacheTtl, staleTtl), poll, false, false, false);

        (freshness.State, freshness.RefreshDue, freshness.Age)
            .Should().Be((state, due, TimeSpan.FromSeconds(Math.Max(age, 0))));
    }

    [Theory]
    [InlineData(10, CacheState.Fresh)]
    [InlineData(301, CacheState.Stale)]
    [InlineData(86_000, CacheState.Stale)]
    public void A_suspended_generator_serves_what_it_has_and_runs_nothing(int age, CacheState state)
    {
        var freshness = FreshnessPolicy.Decide(Now, Times(age, 300, 0), null, true, false, true);
        (freshness.State, freshness.RefreshDue).Should().Be((state, false));
    }

    [Fact]
    public void A_static_list_is_never_old()
    {
        var freshness = FreshnessPolicy.Decide(Now, Times(1_000_000, 300, 0), null, false, true, true);
        (freshness.State, freshness.RefreshDue).Should().Be((CacheState.Fresh, false));
    }

    [Theory]
    [InlineData(0, CacheState.Fresh)]
    [InlineData(350, CacheState.Stale)]
    [InlineData(500, CacheState.Expired)]
    public void A_changed_definition_is_due_at_once_and_the_old_list_keeps_its_own_times(int age, CacheState state)
    {
        var freshness = FreshnessPolicy.Decide(Now, Times(age, 300, 100), null, false, false, true);
        (freshness.State, freshness.RefreshDue).Should().Be((state, true));
    }

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void No_result_is_due_where_runs_are_allowed(bool suspended, bool isStatic, bool due)
    {
        var freshness = FreshnessPolicy.Decide(Now, null, null, suspended, isStatic, false);
        (freshness.State, freshness.RefreshDue, freshness.Age).Should().Be((CacheState.None, due, TimeSpan.Zero));
    }

    private static CachedTimes Times(int age, int cacheTtl, int staleTtl) =>
        new(Now.AddSeconds(-age), TimeSpan.FromSeconds(cacheTtl), TimeSpan.FromSeconds(staleTtl));

    [Theory]
    [InlineData(1, 0, 1, 601)]
    [InlineData(300, 60, 3600, 4260)]
    [InlineData(1200, 60, 1, 1261)]
    [InlineData(1, 60, 0, 0)]
    public void A_result_is_kept_past_what_polling_may_add_to_its_TTL(int cacheTtl, int staleTtl, int retention, int kept) =>
        FreshnessPolicy.KeptFor(TimeSpan.FromSeconds(cacheTtl), TimeSpan.FromSeconds(staleTtl), TimeSpan.FromSeconds(retention))
            .Should().Be(TimeSpan.FromSeconds(kept));
}
