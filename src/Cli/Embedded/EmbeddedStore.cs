using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Garnet;
using Garnet.common;

namespace HttpSd.Cli.Embedded;

/// <summary>
/// Garnet in this process, on loopback: a store that needs no server. It holds nothing that can't be made
/// again, so it keeps its overflow in a temporary folder and removes it at the end.
/// </summary>
public sealed class EmbeddedStore : IDisposable
{
    /// <summary>The port taken when it is free, so that <c>redis-cli</c> needs no arguments.</summary>
    public const int UsualPort = 6379;

    private const int MostPortsTried = 100;

    private readonly GarnetServer server;
    private readonly string folder;

    private EmbeddedStore(GarnetServer server, string folder, int port, string password) =>
        (this.server, this.folder, Port, Url) = (server, folder, port, $"redis://{(password.Length > 0 ? $":{Uri.EscapeDataString(password)}@" : "")}127.0.0.1:{port}");

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>The address for <c>Redis:Url</c>, with the password.</summary>
    public string Url { get; }

    /// <summary>Starts on the usual port, or on the next one that is free.</summary>
    /// <param name="atomicScripts">False only to show in a test that the self-test notices it.</param>
    /// <param name="firstPort">Where to begin to look.</param>
    /// <param name="password">What whoever uses it has to know; empty: nothing.</param>
    public static EmbeddedStore Start(bool atomicScripts = true, int firstPort = UsualPort, string password = "")
    {
        for (var port = FreePort(firstPort); ; port = FreePort(port + 1))
        {
            var folder = Directory.CreateTempSubdirectory("httpsd-store-").FullName;
            GarnetServer? server = null;
            try
            {
                server = new GarnetServer(Arguments(port, folder, atomicScripts, password));
                server.Start();
                return new EmbeddedStore(server, folder, port, password);
            }
            catch (Exception e) when (e is GarnetException or SocketException)
            {
                server?.Dispose();
                Directory.Delete(folder, recursive: true);
                // Somebody took the port between the look and the start; arguments that are wrong stay so.
                if (server is null || port >= firstPort + MostPortsTried)
                    throw;
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        server.Dispose();
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // A temporary folder: what is left there hurts nobody.
        }
    }

    private static string[] Arguments(int port, string folder, bool atomicScripts, string password) =>
    [
        "--bind", "127.0.0.1",
        "--port", port.ToString(CultureInfo.InvariantCulture),
        // Without transaction mode Garnet's scripts are not atomic and lose updates; without Lua there are none.
        "--lua", "true",
        "--lua-transaction-mode", atomicScripts ? "true" : "false",
        // Without a second tier records beyond the memory are dropped, definitions and queue among them.
        "--memory", "256m",
        "--page", "4m",
        "--segment", "64m",
        "--index", "16m",
        "--storage-tier", "true",
        "--logdir", folder,
        // The native device needs a library that a plain Debian hasn't got, and ends the process without it.
        "--device-type", "RandomAccess",
        "--expired-key-deletion-scan-freq", "10",
        "--logger-level", "Error",
        .. password.Length > 0 ? ["--auth", "Password", "--password", password] : (string[])[],
        "-q",
    ];

    private static int FreePort(int first)
    {
        for (var port = first; port < first + MostPortsTried; port++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
            }
        }
        throw new InvalidOperationException($"no free port from {first} to {first + MostPortsTried - 1} on 127.0.0.1");
    }
}
