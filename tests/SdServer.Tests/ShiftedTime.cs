namespace HttpSd.SdServer.Tests;

/// <summary>The system's clock, moved ahead by what a test says; timers run as ever.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private TimeSpan ahead;

    public void Advance(TimeSpan by) => ahead += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;

    public override long GetTimestamp() => base.GetTimestamp() + (long)(ahead.TotalSeconds * TimestampFrequency);
}
