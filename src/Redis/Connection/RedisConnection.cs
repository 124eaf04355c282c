using HttpSd.Redis.History;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace HttpSd.Redis.Connection;

/// <summary>
/// The process's two multiplexers: one for the small commands that coordinate, one for bodies, because a
/// small command behind a body of megabytes waits for all of it.
/// </summary>
public sealed class RedisConnection(IOptions<RedisOptions> options) : IAsyncDisposable
{
    private readonly SemaphoreSlim connecting = new(1, 1);
    private readonly CallHistory? history = options.Value.HistoryFolder.Length > 0 ? new(options.Value.HistoryFolder) : null;
    private ConnectionMultiplexer? control;
    private ConnectionMultiplexer? bulk;
    private Keys? keys;

    /// <summary>Where the store is, without user and password.</summary>
    public string Address => RedisUrl.Redact(RedisUrl.Parse(options.Value.Url));

    /// <summary>True when the connection for small commands is up.</summary>
    public bool IsConnected => control?.IsConnected == true;

    /// <summary>Raised when a connection for small commands or for messages is back: messages may have been missed. Handlers must be quick.</summary>
    public event Action? Restored;

    /// <summary>The name of every key.</summary>
    /// <exception cref="StoreUnavailableException">Never connected so far: whether it is a cluster is unknown.</exception>
    public Keys Keys => keys ?? throw new StoreUnavailableException();

    /// <summary>Runs small commands; connects first when need be.</summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached, is too slow, or refuses.</exception>
    public Task<T> ControlAsync<T>(Func<IDatabase, Keys, Task<T>> command, CancellationToken cancellationToken) =>
        GuardAsync(() => control, command, cancellationToken);

    /// <summary>Runs commands that carry bodies; connects first when need be.</summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached, is too slow, or refuses.</exception>
    public Task<T> BulkAsync<T>(Func<IDatabase, Keys, Task<T>> command, CancellationToken cancellationToken) =>
        GuardAsync(() => bulk, command, cancellationToken, bodies: true);

    /// <summary>
    /// Calls the handler for each message on a channel for as long as the process lives, also after
    /// reconnects. Messages can be missed; nothing may depend on them. The handler must be quick.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public async Task SubscribeAsync(Func<Keys, RedisChannel> channel, Action<string> handler, CancellationToken cancellationToken)
    {
        await GuardAsync(() => control, async (_, _) =>
        {
            await control!.GetSubscriber().SubscribeAsync(channel(Keys), (_, message) => handler(message.ToString()));
            return true;
        }, cancellationToken);
    }

    /// <summary>The servers behind the connection, for health and start-up checks.</summary>
    public IReadOnlyList<IServer> Servers => control?.GetServers() ?? [];

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (control is not null)
            await control.DisposeAsync();
        if (bulk is not null)
            await bulk.DisposeAsync();
        if (history is not null)
            await history.DisposeAsync();
        connecting.Dispose();
    }

    private async Task<T> GuardAsync<T>(
        Func<ConnectionMultiplexer?> which,
        Func<IDatabase, Keys, Task<T>> command,
        CancellationToken cancellationToken,
        bool bodies = false)
    {
        // What is sent can't be taken back.
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            if (keys is null)
                await ConnectAsync(cancellationToken);
            // A body may take longer than a word: the limit is on the store's silence, not on its bandwidth.
            var limit = bodies ? options.Value.CommandTimeout * 5 : options.Value.CommandTimeout;
            return await command(which()!.GetDatabase(), Keys).WaitAsync(limit, cancellationToken);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
        {
            throw new StoreUnavailableException(StoreTrouble.Reason(e), e)
            {
                IsWrongType = e is RedisServerException && e.Message.Contains("WRONGTYPE", StringComparison.Ordinal),
                IsOutage = e is not RedisServerException && !(bodies && e is TimeoutException),
            };
        }
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await connecting.WaitAsync(cancellationToken);
        try
        {
            if (control is null)
            {
                control = await ConnectionMultiplexer.ConnectAsync(RedisUrl.Parse(options.Value)).WaitAsync(cancellationToken);
                control.ConnectionRestored += (_, _) => Restored?.Invoke();
            }
            bulk ??= await ConnectionMultiplexer.ConnectAsync(RedisUrl.Parse(options.Value)).WaitAsync(cancellationToken);
            history?.Attach(control);
            history?.Attach(bulk);
            // The client keeps why it isn't connected for whoever sends something.
            if (!control.IsConnected)
                await control.GetDatabase().PingAsync().WaitAsync(cancellationToken);
            var cluster = control.GetServers().Any(s => s.IsConnected && s.ServerType == ServerType.Cluster);
            keys ??= new Keys(options.Value.KeyPrefix, cluster);
        }
        finally
        {
            connecting.Release();
        }
    }
}
