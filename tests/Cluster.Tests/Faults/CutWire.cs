using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace HttpSd.Cluster.Tests.Faults;

/// <summary>A TCP connection to the API server that can be cut: what was open breaks, and nothing new is let through.</summary>
internal sealed class CutWire : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<TcpClient> open = [];
    private readonly int target;
    private volatile bool cut;

    public CutWire(Uri target)
    {
        this.target = target.Port;
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>A copy of the kubeconfig that goes through here.</summary>
    public string Reroute(string kubeconfig, string folder)
    {
        var copy = Path.Combine(folder, $"{Port}.kubeconfig");
        File.WriteAllText(copy, File.ReadAllText(kubeconfig).Replace($"127.0.0.1:{target}", $"127.0.0.1:{Port}", StringComparison.Ordinal));
        return copy;
    }

    public void Cut()
    {
        cut = true;
        while (open.TryTake(out var one))
            one.Dispose();
    }

    public void Mend() => cut = false;

    public void Dispose()
    {
        Cut();
        listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = CarryAsync(await listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task CarryAsync(TcpClient near)
    {
        using var far = new TcpClient();
        open.Add(near);
        open.Add(far);
        try
        {
            if (cut)
                return;
            await far.ConnectAsync(IPAddress.Loopback, target);
            await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream()), far.GetStream().CopyToAsync(near.GetStream()));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
        }
        finally
        {
            near.Dispose();
        }
    }
}
