using System.Net;
using System.Net.Sockets;

namespace HttpSd.Operator.Tests.Runtime.Scripted;

/// <summary>Stands between client and server, and can stop to forward without closing: a half-open connection.</summary>
internal sealed class FreezingProxy : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly int target;
    private volatile CancellationTokenSource thawed = new();
    private int connections;

    public FreezingProxy(int target)
    {
        this.target = target;
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref connections);

    /// <summary>The connections of now go silent; new ones work.</summary>
    public void Freeze()
    {
        var old = thawed;
        thawed = new CancellationTokenSource();
        old.Cancel();
    }

    public void Dispose()
    {
        stop.Cancel();
        listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ForwardAsync(await listener.AcceptTcpClientAsync(stop.Token), thawed.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ForwardAsync(TcpClient client, CancellationToken frozen)
    {
        Interlocked.Increment(ref connections);
        using (client)
        using (var server = new TcpClient())
        using (var end = CancellationTokenSource.CreateLinkedTokenSource(frozen, stop.Token))
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, target, stop.Token);
                await Task.WhenAny(
                    client.GetStream().CopyToAsync(server.GetStream(), end.Token),
                    server.GetStream().CopyToAsync(client.GetStream(), end.Token));
                if (frozen.IsCancellationRequested)
                    await Task.Delay(Timeout.Infinite, stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
            }
        }
    }
}
