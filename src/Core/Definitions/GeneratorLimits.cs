namespace HttpSd.Core.Definitions;

/// <summary>The bounds of a TargetGenerator's fields; the CRD's schema says the same.</summary>
public static class GeneratorLimits
{
    /// <summary>The largest script, in bytes of UTF-8.</summary>
    public const int MaxScriptBytes = 512 * 1024;

    /// <summary>The most declared parameters.</summary>
    public const int MaxParameters = 32;

    /// <summary>The most values in a parameter's <c>enum</c>.</summary>
    public const int MaxEnumValues = 1000;

    /// <summary>The longest parameter name, in characters.</summary>
    public const int MaxParameterName = 253;

    /// <summary>The longest default, enum value or pattern of a parameter, in characters.</summary>
    public const int MaxParameterText = 1024;

    /// <summary>The highest <c>maxVariants</c>.</summary>
    public const int MaxVariants = 10_000;

    /// <summary>The shortest <c>timeout</c> and <c>cacheTTL</c>.</summary>
    public static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>The longest <c>timeout</c>.</summary>
    public static readonly TimeSpan MaxTimeout = TimeSpan.FromHours(1);

    /// <summary>The longest <c>cacheTTL</c>.</summary>
    public static readonly TimeSpan MaxCacheTtl = TimeSpan.FromHours(24);

    /// <summary>The longest <c>staleTTL</c>.</summary>
    public static readonly TimeSpan MaxStaleTtl = TimeSpan.FromDays(7);

    /// <summary>The longest <c>errorTTL</c>.</summary>
    public static readonly TimeSpan MaxErrorTtl = TimeSpan.FromHours(24);
}
