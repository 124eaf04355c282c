namespace HttpSd.Tests;

/// <summary>
/// Bounds of waits are written as what a quiet machine needs. A busy one takes longer, and only what never comes is
/// broken: a test that passes pays nothing for a longer bound.
/// </summary>
public static class Slowness
{
    /// <summary>How many times longer than it should take anything is waited for.</summary>
    public const int Factor = 4;

    /// <summary>The bound of a wait on a machine however busy.</summary>
    public static TimeSpan Bound(TimeSpan quiet) => quiet * Factor;

    /// <inheritdoc cref="Bound(TimeSpan)"/>
    public static TimeSpan Bound(double seconds) => TimeSpan.FromSeconds(seconds * Factor);
}
