using System.ComponentModel.DataAnnotations;

namespace HttpSd.Redis.Cache;

/// <summary>Section <c>Server</c>, the part that those who store results need too.</summary>
public sealed class CacheOptions
{
    /// <summary>How long a result is kept past its TTLs, so that it is "expired" and not "missing"; a cacheTTL below 10 minutes counts as 10 here.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromHours(24);
}
