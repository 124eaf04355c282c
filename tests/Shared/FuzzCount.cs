using System.Globalization;

namespace HttpSd.Tests;

/// <summary>How many things are tried at random: few on every change, a million by <c>make fuzz</c>.</summary>
public static class FuzzCount
{
    public static readonly int Value =
        int.TryParse(Environment.GetEnvironmentVariable("HTTPSD_FUZZ_COUNT"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 20_000;
}
