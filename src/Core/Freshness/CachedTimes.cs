namespace HttpSd.Core.Freshness;

/// <summary>When a stored result was made and how long it is good for.</summary>
/// <param name="UpdatedAt">When it was stored, on Redis' clock.</param>
/// <param name="CacheTtl">How long it is fresh; the result's own, not the definition's of today.</param>
/// <param name="StaleTtl">How long it is served past that.</param>
public sealed record CachedTimes(DateTimeOffset UpdatedAt, TimeSpan CacheTtl, TimeSpan StaleTtl);
