using System.ComponentModel.DataAnnotations;
using HttpSd.ServiceDefaults;

namespace HttpSd.SdServer;

/// <summary>What an empty list looks like on the wire.</summary>
public enum EmptyListForm
{
    /// <summary><c>[]</c>.</summary>
    Array,

    /// <summary><c>[{"targets":[]}]</c>: Prometheus 2.x keeps old targets on <c>[]</c> after a configuration reload.</summary>
    Group,
}

/// <summary>Section <c>Server</c>: where and how target lists are served.</summary>
[Subsections("Auth", "Tls")]
public sealed class ServerOptions : IValidatableObject
{
    /// <summary>Where the server listens; several are separated by semicolons.</summary>
    [ListenUrls(https: true)]
    public string Urls { get; set; } = "http://+:8080";

    /// <summary>The status of a miss and of an expired result: 503, or 200 as an older system had it.</summary>
    public int MissStatusCode { get; set; } = 503;

    /// <summary>What an empty list looks like.</summary>
    public EmptyListForm EmptyList { get; set; } = EmptyListForm.Array;

    /// <summary>Goes before every path of the server, as in <c>/sd</c>; empty: none.</summary>
    [RegularExpression("/?([A-Za-z0-9._-]+/?)*", ErrorMessage = "The field {0} must be segments of letters, digits, '.', '_' and '-' joined by '/'.")]
    public string PathPrefix { get; set; } = "";

    /// <summary>The longest that <c>Prefer: wait</c> holds an answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long after the last contact a known list is served while Redis is unreachable or has lost it.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan StaleIfError { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long a result is kept past its TTLs; the worker reads the same setting.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The most memory that lists may take, in bytes; the least recently used go.</summary>
    [Range(0L, 1L << 40)]
    public long MaxCacheBytes { get; set; } = 256L << 20;

    /// <summary>How long a list in memory is served without asking Redis; bounds what a lost message costs.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan LocalFreshness { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The <c>Retry-After</c> of a 503 when no backoff says otherwise.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest request line, in bytes.</summary>
    [Range(256, 65536)]
    public int MaxUrlLength { get; set; } = 8192;

    /// <summary>The most connections; one more is closed at once.</summary>
    [Range(16, 1_000_000)]
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>A further reload of the same path within it does nothing; 0: every one counts.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long lists are still served after SIGTERM, while <c>/readyz</c> says 503: until every proxy has
    /// heard of it, new connections keep coming.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan DrainDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>From SIGTERM to the exit: the drain, the longest wait of a request, and a rest for what is under way.</summary>
    internal TimeSpan ShutdownTimeout => DrainDelay + MaxWait + TimeSpan.FromSeconds(10);

    /// <summary><see cref="PathPrefix"/> with a slash in front and none behind; empty when there is none.</summary>
    internal string Prefix => PathPrefix.Trim('/') is { Length: > 0 } bare ? "/" + bare : "";

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MissStatusCode is not (200 or 503))
            yield return new ValidationResult($"is '{MissStatusCode}', but must be 200 or 503", [nameof(MissStatusCode)]);
    }
}
