using System.Net;
using System.Net.Sockets;
using HttpSd.Cli.Embedded;
using HttpSd.Cli.Tests.Docs;
using HttpSd.Cli.Tests.Serving;

namespace HttpSd.Cli.Tests.Embedded;

[Collection(ServedSamples.OneAtATime)]
public sealed class EmbeddedPortTests
{
    [Fact]
    public void The_store_takes_the_usual_port_when_it_is_free_and_else_the_next()
    {
        EmbeddedStore.UsualPort.Should().Be(6379);
        var port = HttpsdProcess.FreePort();
        using var first = EmbeddedStore.Start(firstPort: port);
        using var second = EmbeddedStore.Start(firstPort: port);

        first.Port.Should().Be(port);
        second.Port.Should().BeGreaterThan(port);
    }

    [Fact]
    public async Task Serve_looks_from_6379_on_and_says_where_the_store_is()
    {
        var wanted = EmbeddedStore.UsualPort;
        while (!IsFree(wanted))
            wanted++;

        await using var httpsd = await HttpsdProcess.StartAsync(ServeTests.Samples());

        httpsd.StorePort.Should().Be(wanted);
        IsFree(wanted).Should().BeFalse("the store listens there");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
