namespace HttpSd.Operator.Runtime.Caching;

/// <summary>How patient a reflector is. Not settings: these are the numbers that API servers are made for.</summary>
internal sealed record ReflectorOptions
{
    /// <summary>Objects of one page of a list.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>
    /// A list that expires between two pages is fetched in one piece; otherwise it begins again, page by page.
    /// </summary>
    public bool WholeOnceExpired { get; init; } = true;

    /// <summary>How long one page may take, headers and body.</summary>
    public TimeSpan PageTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long any answer's headers may take.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A watch asks for a random life between these, so that not all of them end at once.</summary>
    public TimeSpan LeastWatch { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>The longest life that a watch asks for.</summary>
    public TimeSpan LongestWatch { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>What a watch may live beyond what it asked for.</summary>
    public TimeSpan Overtime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The longest silence between two lines. Bookmarks come about every minute, except for a type of which the
    /// server has not seen a change since it was started: that one is listed again.
    /// </summary>
    public TimeSpan ReadIdle { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>
    /// What that grows to, doubling with each list that differs in nothing: silence was right then. Anything that
    /// is told, and a server that was away, have it begin anew.
    /// </summary>
    public TimeSpan MaxReadIdle { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>A watch that ends earlier and told nothing new has failed.</summary>
    public TimeSpan ShortWatch { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The wait after a first failure; doubles with each further one.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>The longest wait while the server is away.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest wait while the server refuses: that takes a person to change.</summary>
    public TimeSpan MaxSlowBackoff { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What a server may ask for with Retry-After; more is a mistake, or would be taken for an end.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>After this long without a failure the next one counts as the first.</summary>
    public TimeSpan HealthyAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Errors within a watch, in a row, before its version is given up and everything listed again.</summary>
    public int StreamErrorsBeforeRelist { get; init; } = 5;

    /// <summary>The longest line of a watch. An object can have 3 MB at the most in etcd.</summary>
    public int MaxLineBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Pages of at most some 30 MB, and never a list in one piece: a cluster's ConfigMaps may be gigabytes.</summary>
    public ReflectorOptions ForLargeObjects() => this with { PageSize = 20, WholeOnceExpired = false };
}
