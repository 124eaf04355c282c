using System.Net.Sockets;
using System.Text;

namespace HttpSd.SdServer.Tests.Door;

/// <summary>Bytes as they stand, and what comes back until the server closes.</summary>
internal static class RawConnection
{
    /// <param name="server">Where.</param>
    /// <param name="bytes">What is sent.</param>
    /// <param name="patience">How long the sending side stays open without an answer: a request whose client seems to have gone is dropped.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<string> AskAsync(Uri server, byte[] bytes, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Host, server.Port, cancellationToken);
        var stream = socket.GetStream();
        var first = new byte[4096];
        try
        {
            await stream.WriteAsync(bytes, cancellationToken);
            var reading = stream.ReadAsync(first, cancellationToken).AsTask();
            await Task.WhenAny(reading, Task.Delay(patience, cancellationToken));
            socket.Client.Shutdown(SocketShutdown.Send);
            var begin = Encoding.Latin1.GetString(first, 0, await reading);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            return begin + await reader.ReadToEndAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Cut off while the rest was on its way: no answer is an answer.
            return "";
        }
    }
}
