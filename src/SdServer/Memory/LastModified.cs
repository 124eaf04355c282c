using System.Globalization;

namespace HttpSd.SdServer.Memory;

/// <summary>
/// When a list changed last, in whole seconds, and never ahead of this process's clock: Redis' may be, and a
/// date of the future is invalid.
/// </summary>
internal sealed class LastModified
{
    private LastModified(DateTimeOffset changedAt, DateTimeOffset at) =>
        (ChangedAt, At, Text) = (changedAt, at, Write(at));

    /// <summary>As Redis says it.</summary>
    public DateTimeOffset ChangedAt { get; }

    /// <summary>As clients are told.</summary>
    public DateTimeOffset At { get; }

    public string Text { get; }

    /// <summary>Stays the same for as long as the result does, also when the clocks differ.</summary>
    public static LastModified Of(DateTimeOffset changedAt, DateTimeOffset now, LastModified? before) =>
        before?.ChangedAt == changedAt ? before : new LastModified(changedAt, Floor(changedAt < now ? changedAt : now));

    /// <summary>A time as headers have it.</summary>
    public static string Write(DateTimeOffset at) => at.ToString("R", CultureInfo.InvariantCulture);

    private static DateTimeOffset Floor(DateTimeOffset at) => at.AddTicks(-(at.UtcTicks % TimeSpan.TicksPerSecond));
}
