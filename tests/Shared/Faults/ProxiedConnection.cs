using System.Net;
using System.Net.Sockets;

namespace HttpSd.Tests.Faults;

/// <summary>A client's connection and the one that is made for it.</summary>
internal sealed class ProxiedConnection(FaultProxy proxy, Socket client, int target) : IDisposable
{
    // Small, so that a thin wire is thin all the time.
    private const int PieceBytes = 4096;

    private readonly Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private volatile bool hasVanished, losesReply;

    public async Task RunAsync()
    {
        client.NoDelay = server.NoDelay = true;
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, target);
        }
        catch (SocketException)
        {
            Reset();
            return;
        }
        await Task.WhenAll(PumpAsync(client, server, proxy.Requests, isRequest: true), PumpAsync(server, client, proxy.Replies, isRequest: false));
        Dispose();
    }

    public void Dispose()
    {
        client.Dispose();
        server.Dispose();
    }

    /// <summary>RST instead of FIN.</summary>
    public void Reset()
    {
        foreach (var socket in new[] { client, server })
        {
            try
            {
                socket.LingerState = new LingerOption(true, 0);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Closed already.
            }
            socket.Dispose();
        }
    }

    public void Vanish()
    {
        hasVanished = true;
        server.Dispose();
    }

    private async Task PumpAsync(Socket from, Socket to, FaultyWay way, bool isRequest)
    {
        var piece = new byte[PieceBytes];
        var freeAt = 0L;
        try
        {
            while (await from.ReceiveAsync(piece) is > 0 and var count)
            {
                freeAt = await way.PassAsync(count, freeAt);
                if (hasVanished)
                    continue;
                if (isRequest && proxy.Loss?.IsOf(piece.AsSpan(0, count)) == true)
                    losesReply = true;
                if (!isRequest && losesReply)
                {
                    Reset();
                    proxy.Loss!.Happen();
                    return;
                }
                for (var sent = 0; sent < count;)
                    sent += await to.SendAsync(piece.AsMemory(sent, count - sent));
            }
            if (!hasVanished)
                to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One end has gone: so does the other, but for one that isn't told.
            if (!hasVanished)
                to.Dispose();
        }
    }
}

/// <summary>A reply that is to be lost, once.</summary>
internal sealed class LostReply(byte[] to, int after)
{
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int met;

    public Task Done => done.Task;

    public bool IsOf(ReadOnlySpan<byte> request) => request.IndexOf(to) >= 0 && Interlocked.Increment(ref met) == after + 1;

    public void Happen() => done.TrySetResult();
}
