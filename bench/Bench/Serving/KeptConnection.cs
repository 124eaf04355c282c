using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;

namespace HttpSd.Bench.Serving;

/// <summary>A connection on which one list is asked for again and again, as Prometheus keeps one for each of its lists.</summary>
internal sealed class KeptConnection : IDisposable
{
    private readonly byte[] request;
    private readonly byte[] answer = new byte[16 * 1024];
    private int received;

    public KeptConnection(Uri server, string path)
    {
        request = Encoding.ASCII.GetBytes(
            $"GET /targets/{path} HTTP/1.1\r\nHost: {server.Authority}\r\nAccept: application/json\r\nAccept-Encoding: gzip\r\nUser-Agent: Prometheus/3\r\n\r\n");
        Socket.Connect(server.Host, server.Port);
    }

    public Socket Socket { get; } = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 60_000 };

    /// <summary>Whether the last answer was a list.</summary>
    public bool IsList => answer.AsSpan(0, received).StartsWith("HTTP/1.1 200"u8);

    public void Send()
    {
        received = 0;
        Socket.Send(request);
    }

    /// <summary>Takes what has come; true when that was the last of the answer.</summary>
    public bool Receive()
    {
        var count = Socket.Receive(answer.AsSpan(received));
        if (count == 0)
            throw new InvalidOperationException("the server has closed a connection, or an answer is longer than was thought");
        received += count;
        var text = answer.AsSpan(0, received);
        var head = text.IndexOf("\r\n\r\n"u8);
        if (head < 0)
            return false;
        var name = "Content-Length: "u8;
        var length = text.IndexOf(name);
        return length >= 0 && Utf8Parser.TryParse(text[(length + name.Length)..], out int body, out _)
            ? received == head + 4 + body
            : throw new InvalidOperationException(Encoding.ASCII.GetString(text[..head]));
    }

    public void Dispose() => Socket.Dispose();
}
