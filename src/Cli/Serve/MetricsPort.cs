using System.Net;
using System.Net.Sockets;

namespace HttpSd.Cli.Serve;

/// <summary>Finds the worker's metrics a port when nobody chose one: a second <c>serve</c> must not fail for it.</summary>
internal static class MetricsPort
{
    private const int Tries = 20;

    /// <summary>The address, or the same with the next free port, which is said; taken ones all the way: the address.</summary>
    /// <param name="url">The address that is wanted.</param>
    /// <param name="others">Where the process is about to listen itself.</param>
    /// <param name="output">Is told of another port.</param>
    public static string NextFree(string url, IEnumerable<string> others, TextWriter output)
    {
        var wanted = new Uri(url);
        var own = others.Select(o => BindingAddress.Parse(o).Port).ToHashSet();
        for (var port = wanted.Port; port < wanted.Port + Tries; port++)
        {
            if (own.Contains(port) || !IsFree(wanted.Host, port))
                continue;
            if (port == wanted.Port)
                return url;
            output.WriteLine($"port {wanted.Port} is taken: worker metrics are on {port} (--metrics-urls chooses another)");
            return $"{wanted.Scheme}://{wanted.Host}:{port}";
        }

        return url;
    }

    private static bool IsFree(string host, int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Parse(host), port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
