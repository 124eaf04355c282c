using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace HttpSd.Tests.Faults;

/// <summary>
/// A TCP proxy on loopback that plays the faults of a network, which may begin and end while connections live. What is
/// held up comes in the end, as it does when TCP repeats it; what is lost is lost with its connection.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<ProxiedConnection, bool> connections = [];
    private readonly CancellationTokenSource stop = new();
    private readonly int target;
    private readonly Task accepting;

    /// <summary>Begins to listen.</summary>
    /// <param name="target">The port that it passes on to.</param>
    public FaultProxy(int target)
    {
        this.target = target;
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>From the client to the server.</summary>
    public FaultyWay Requests { get; } = new();

    /// <summary>From the server to the client.</summary>
    public FaultyWay Replies { get; } = new();

    /// <summary>How many connections there have been.</summary>
    public int Accepted { get; private set; }

    /// <summary>Nothing passes, in neither direction, until <see cref="Heal"/>.</summary>
    public void Partition()
    {
        Requests.IsHeld = true;
        Replies.IsHeld = true;
    }

    /// <summary>The network is well again.</summary>
    public void Heal()
    {
        Requests.Heal();
        Replies.Heal();
    }

    /// <summary>Every connection is reset at both ends.</summary>
    public void Reset()
    {
        foreach (var connection in connections.Keys)
            connection.Reset();
    }

    /// <summary>The server's ends are gone and nobody tells the client: what it sends is swallowed. New connections are well.</summary>
    public void Vanish()
    {
        foreach (var connection in connections.Keys)
            connection.Vanish();
    }

    /// <summary>A request with this text in it is passed on, and its connection is reset instead of the reply.</summary>
    /// <param name="text">What is in it.</param>
    /// <param name="after">So many of them get their reply before.</param>
    /// <returns>Completes when it has happened.</returns>
    public Task LoseReplyTo(string text, int after = 0)
    {
        Loss = new LostReply(System.Text.Encoding.UTF8.GetBytes(text), after);
        return Loss.Done;
    }

    internal LostReply? Loss { get; private set; }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        Heal();
        await accepting;
        foreach (var connection in connections.Keys)
            connection.Reset();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptSocketAsync(stop.Token);
                Accepted++;
                var connection = new ProxiedConnection(this, client, target);
                connections[connection] = true;
                _ = connection.RunAsync().ContinueWith(_ => connections.TryRemove(connection, out var _), TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It was disposed.
        }
    }
}
