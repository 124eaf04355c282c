namespace HttpSd.Core.Freshness;

/// <summary>What a request finds.</summary>
public enum CacheState
{
    /// <summary>No result.</summary>
    None,

    /// <summary>A result within its TTL.</summary>
    Fresh,

    /// <summary>A result past its TTL that is still served, and marked so.</summary>
    Stale,

    /// <summary>A result that is no longer served.</summary>
    Expired,
}

/// <summary>The answer of <see cref="FreshnessPolicy"/>.</summary>
/// <param name="State">What the request finds.</param>
/// <param name="RefreshDue">Whether the request enqueues a job (backoff permitting).</param>
/// <param name="Age">The result's age, never negative; zero when there is none.</param>
public readonly record struct Freshness(CacheState State, bool RefreshDue, TimeSpan Age);
