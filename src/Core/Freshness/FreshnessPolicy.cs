namespace HttpSd.Core.Freshness;

/// <summary>Decides whether a result is served and whether a request makes it anew. The contract's section 2 in code.</summary>
public static class FreshnessPolicy
{
    /// <summary>A poll interval keeps a result fresh for no longer than this, however long it is.</summary>
    public static readonly TimeSpan MaxPolledFreshness = TimeSpan.FromMinutes(10);

    // The next poll comes an interval from now, and a run takes a while: a fifth is left for it.
    private const double Lead = 1.2;

    // Beyond it every result is due at once anyway; keeps a hostile header from overflowing.
    private static readonly TimeSpan MaxInterval = TimeSpan.FromDays(1);

    /// <summary>The state of an entry for one request.</summary>
    /// <param name="now">Redis' time.</param>
    /// <param name="times">The result's times; null when there is none.</param>
    /// <param name="pollInterval">What the client announced in <c>X-Prometheus-Refresh-Interval-Seconds</c>.</param>
    /// <param name="suspended">The generator's <c>suspend</c>: no runs, and the result is served for as long as it exists.</param>
    /// <param name="isStatic">The targets stand in the definition: never old, never due.</param>
    /// <param name="definitionChanged">The result was made by another definition than the current one.</param>
    public static Freshness Decide(
        DateTimeOffset now,
        CachedTimes? times,
        TimeSpan? pollInterval,
        bool suspended,
        bool isStatic,
        bool definitionChanged)
    {
        var mayRun = !suspended && !isStatic;
        if (times is null)
            return new Freshness(CacheState.None, mayRun, TimeSpan.Zero);

        var age = now > times.UpdatedAt ? now - times.UpdatedAt : TimeSpan.Zero;
        if (isStatic)
            return new Freshness(CacheState.Fresh, false, age);

        var interval = Bounded(pollInterval);
        var freshFor = Max(times.CacheTtl, Min(interval * 2, MaxPolledFreshness));
        var state = age < freshFor ? CacheState.Fresh
            : suspended || age - freshFor < times.StaleTtl ? CacheState.Stale
            : CacheState.Expired;

        var due = mayRun && (definitionChanged
            || state != CacheState.Fresh
            || age >= times.CacheTtl / 2
            || age + (interval * Lead) > freshFor);
        return new Freshness(state, due, age);
    }

    /// <summary>How long a result has to be kept from its storing on, so that polling always finds it within its freshness.</summary>
    /// <param name="cacheTtl">Fresh for, by itself.</param>
    /// <param name="staleTtl">Served for after that.</param>
    /// <param name="retention">Kept for after that; zero: for ever.</param>
    /// <returns>Zero: for ever.</returns>
    public static TimeSpan KeptFor(TimeSpan cacheTtl, TimeSpan staleTtl, TimeSpan retention) =>
        retention == TimeSpan.Zero ? TimeSpan.Zero : Max(cacheTtl, MaxPolledFreshness) + staleTtl + retention;

    private static TimeSpan Bounded(TimeSpan? interval) =>
        interval is { } given && given > TimeSpan.Zero ? Min(given, MaxInterval) : TimeSpan.Zero;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
