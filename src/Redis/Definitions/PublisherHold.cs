using HttpSd.Redis.Connection;

namespace HttpSd.Redis.Definitions;

/// <summary>
/// Keeps a store to one publisher: each makes Redis hold exactly what it wants, so two would remove each other's
/// definitions. To be renewed well within <see cref="Silence"/>.
/// </summary>
/// <param name="redis">The store.</param>
/// <param name="word">What others say of this one, such as host and process.</param>
public sealed class PublisherHold(RedisConnection redis, string word)
{
    /// <summary>After so long without a renewal another one may publish.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    private readonly string who = Guid.NewGuid().ToString("n");

    /// <summary>Takes or renews the hold; null when it is held, else the word of who holds it.</summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public async Task<string?> TakeAsync(CancellationToken cancellationToken) =>
        await RunAsync(leave: false, cancellationToken) is { Length: > 0 } other ? other : null;

    /// <summary>Lets the next one in at once.</summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public Task LeaveAsync(CancellationToken cancellationToken) => RunAsync(leave: true, cancellationToken);

    private Task<string> RunAsync(bool leave, CancellationToken cancellationToken) =>
        redis.ControlAsync(
            async (db, keys) => (string?)await DefinitionScripts.Hold.RunAsync(
                db, [keys.Definitions[2]], who, word, (long)Silence.TotalMilliseconds, leave ? 1 : 0) ?? "",
            cancellationToken);
}
