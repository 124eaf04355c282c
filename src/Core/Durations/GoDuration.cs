using System.Buffers;
using System.Globalization;
using System.Text;

namespace HttpSd.Core;

/// <summary>Durations as Go and Kubernetes write them: <c>90s</c>, <c>5m</c>, <c>1h30m</c>, <c>1.5h</c>, <c>250ms</c>.</summary>
public static class GoDuration
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    private static readonly (string Unit, decimal Ticks)[] Units =
    [
        ("ns", 0.01m), ("us", 10), ("µs", 10), ("μs", 10), ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond), ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour),
    ];

    /// <summary>Reads a duration; false for anything else, a negative one, or one that <see cref="TimeSpan"/> can't hold.</summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        if (text == "0")
            return true;

        var rest = text.AsSpan();
        var ticks = 0m;
        do
        {
            if (!TryTakePart(ref rest, out var part) || (ticks += part) > long.MaxValue)
                return false;
        }
        while (!rest.IsEmpty);

        value = TimeSpan.FromTicks((long)ticks);
        return true;
    }

    /// <summary>The shortest form with hours, minutes and seconds, or milliseconds below one second; <c>0s</c> for zero.</summary>
    public static string Format(TimeSpan value)
    {
        if (value < TimeSpan.Zero)
            return value == TimeSpan.MinValue ? "-" + Format(TimeSpan.MaxValue) : "-" + Format(-value);
        if (value == TimeSpan.Zero)
            return "0s";
        if (value < TimeSpan.FromSeconds(1))
            return Number(value.Ticks, TimeSpan.TicksPerMillisecond) + "ms";

        var text = new StringBuilder();
        var hours = value.Ticks / TimeSpan.TicksPerHour;
        if (hours > 0)
            text.Append(CultureInfo.InvariantCulture, $"{hours}h");
        if (value.Minutes > 0)
            text.Append(CultureInfo.InvariantCulture, $"{value.Minutes}m");
        var seconds = value.Ticks % TimeSpan.TicksPerMinute;
        if (seconds > 0)
            text.Append(Number(seconds, TimeSpan.TicksPerSecond)).Append('s');
        return text.ToString();
    }

    private static string Number(long ticks, long unit) =>
        ((decimal)ticks / unit).ToString("0.#######", CultureInfo.InvariantCulture);

    private static bool TryTakePart(ref ReadOnlySpan<char> rest, out decimal ticks)
    {
        ticks = 0;
        var digits = rest.IndexOfAnyExcept(NumberCharacters);
        if (digits <= 0 || !decimal.TryParse(
            rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return false;

        rest = rest[digits..];
        foreach (var (unit, size) in Units)
        {
            // "5m" begins like "5ms": a unit ends where the next number begins.
            if (!rest.StartsWith(unit, StringComparison.Ordinal)
                || (rest.Length > unit.Length && rest[unit.Length] is not ((>= '0' and <= '9') or '.')))
                continue;
            if (number > long.MaxValue / size)
                return false;
            ticks = number * size;
            rest = rest[unit.Length..];
            return true;
        }

        return false;
    }
}
