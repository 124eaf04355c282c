using System.Globalization;

namespace HttpSd.SdServer.Memory;

/// <summary>
/// When a list changed last, in whole seconds, and never ahead of this process's clock: Redis' may be, and a
/// date of the future is invalid.
/// </summary>
internal sealed class LastModified
{
    private LastModified(DateTimeOffset updatedAt, DateTimeOffset at) =>
        (UpdatedAt, At, Text) = (updatedAt, at, Write(at));

    /// <summary>As Redis says it.</summary>
    public DateTimeOffset UpdatedAt { get; }

    /// <summary>As clients are told.</summary>
    public DateTimeOffset At { get; }

    public string Text { get; }

    /// <summary>Stays the same for as long as the result does, also when the clocks differ.</summary>
    public static LastModified Of(DateTimeOffset updatedAt, DateTimeOffset now, LastModified? before) =>
        before?.UpdatedAt == updatedAt ? before : new LastModified(updatedAt, Floor(updatedAt < now ? updatedAt : now));

    /// <summary>A time as headers have it.</summary>
    public static string Write(DateTimeOffset at) => at.ToString("R", CultureInfo.InvariantCulture);

    private static DateTimeOffset Floor(DateTimeOffset at) => at.AddTicks(-(at.UtcTicks % TimeSpan.TicksPerSecond));
}
