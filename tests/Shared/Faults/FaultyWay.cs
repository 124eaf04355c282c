using System.Diagnostics;

namespace HttpSd.Tests.Faults;

/// <summary>What happens to bytes on their way in one direction.</summary>
public sealed class FaultyWay
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    private volatile bool isHeld;

    /// <summary>Every piece comes so much later.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>So many bytes pass in a second, on each connection; 0: as many as come.</summary>
    public int BytesPerSecond { get; set; }

    /// <summary>Nothing passes.</summary>
    public bool IsHeld
    {
        get => isHeld;
        set => isHeld = value;
    }

    /// <summary>Bytes pass at once.</summary>
    public void Heal() => (Delay, BytesPerSecond, IsHeld) = (TimeSpan.Zero, 0, false);

    /// <summary>Waits for as long as so many bytes take.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="freeAt">When a thin wire has passed on what came before, as a timestamp.</param>
    /// <returns>When it has passed on these.</returns>
    internal async Task<long> PassAsync(int bytes, long freeAt)
    {
        while (IsHeld)
            await Task.Delay(Look);
        if (Delay > TimeSpan.Zero)
            await Task.Delay(Delay);
        if (BytesPerSecond is > 0 and var thin)
        {
            // A timer that is late makes the wire no thinner.
            freeAt = Math.Max(freeAt, Stopwatch.GetTimestamp() - (Stopwatch.Frequency / 5)) + (Stopwatch.Frequency * bytes / thin);
            if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), freeAt) is var left && left > TimeSpan.Zero)
                await Task.Delay(left);
        }
        while (IsHeld)
            await Task.Delay(Look);
        return freeAt;
    }
}
