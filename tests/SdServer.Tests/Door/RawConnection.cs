using System.Net.Sockets;
using System.Text;

namespace HttpSd.SdServer.Tests.Door;

/// <summary>Bytes as they stand, and what comes back until the server closes.</summary>
internal static class RawConnection
{
    public static async Task<string> AskAsync(Uri server, byte[] bytes, CancellationToken cancellationToken)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Host, server.Port, cancellationToken);
        var stream = socket.GetStream();
        try
        {
            await stream.WriteAsync(bytes, cancellationToken);
            socket.Client.Shutdown(SocketShutdown.Send);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            return await reader.ReadToEndAsync(cancellationToken);
        }
        catch (IOException)
        {
            // Cut off while the rest was on its way: no answer is an answer.
            return "";
        }
    }
}
