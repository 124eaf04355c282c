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
    internal async Task PassAsync(int bytes)
    {
        while (IsHeld)
            await Task.Delay(Look);
        var thin = BytesPerSecond;
        var takes = Delay + (thin > 0 ? TimeSpan.FromSeconds((double)bytes / thin) : TimeSpan.Zero);
        if (takes > TimeSpan.Zero)
            await Task.Delay(takes);
        while (IsHeld)
            await Task.Delay(Look);
    }
}
