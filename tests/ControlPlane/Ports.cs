using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace HttpSd.Kube;

internal static class Ports
{
    /// <summary>
    /// A free loopback port below those the kernel gives to outgoing connections: a client that keeps trying while the
    /// server is down would now and then connect to itself there, and keep the port from it.
    /// </summary>
    public static int Free()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(20_000, 32_000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: another one.
            }
        }
    }
}
