namespace HttpSd.Operator.Runtime.Caching;

/// <summary>How patient a reflector is. Not settings: these are the numbers that API servers are made for.</summary>
internal sealed record ReflectorOptions
{
    /// <summary>Objects of one page of a list.</summary>
    public int PageSize { get; init; } = 500;

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
    /// server has never seen a change: that one is listed again this often, which costs little.
    /// </summary>
    public TimeSpan ReadIdle { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>A watch that ends earlier and told nothing new has failed.</summary>
    public TimeSpan ShortWatch { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The wait after a first failure; doubles with each further one.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>The longest wait while the server is away.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest wait while the server refuses: that takes a person to change. Also of Retry-After.</summary>
    public TimeSpan MaxSlowBackoff { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>After this long without a failure the next one counts as the first.</summary>
    public TimeSpan HealthyAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Errors within a watch, in a row, before its version is given up and everything listed again.</summary>
    public int StreamErrorsBeforeRelist { get; init; } = 5;

    /// <summary>The longest line of a watch. An object can have 3 MB at the most in etcd.</summary>
    public int MaxLineBytes { get; init; } = 16 * 1024 * 1024;
}
