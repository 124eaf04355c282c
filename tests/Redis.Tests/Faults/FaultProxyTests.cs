using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HttpSd.Tests;
using HttpSd.Tests.Faults;

namespace HttpSd.Redis.Tests.Faults;

/// <summary>That the proxy does what the tests with it believe, in front of a server that says everything again.</summary>
public sealed class FaultProxyTests : IAsyncDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(300);

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<string> heard = new();
    private readonly ConcurrentQueue<Task> ends = new();
    private readonly FaultProxy proxy;

    public FaultProxyTests()
    {
        listener.Start();
        _ = AcceptAsync();
        proxy = new FaultProxy(((IPEndPoint)listener.LocalEndpoint).Port);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_fault_everything_passes()
    {
        using var client = await ConnectAsync();

        (await AskAsync(client, "hello")).Should().Be("hello");
    }

    [Fact]
    public async Task A_delay_counts_in_its_direction()
    {
        using var client = await ConnectAsync();
        proxy.Requests.Delay = TimeSpan.FromMilliseconds(150);
        proxy.Replies.Delay = TimeSpan.FromMilliseconds(100);

        var clock = Stopwatch.StartNew();
        (await AskAsync(client, "hello")).Should().Be("hello");
        clock.Elapsed.Should().BeGreaterThan(TimeSpan.FromMilliseconds(240));
    }

    [Fact]
    public async Task What_is_held_up_comes_when_the_network_is_well_again()
    {
        using var client = await ConnectAsync();
        await AskAsync(client, "first");
        proxy.Partition();

        var answer = AskAsync(client, "second");
        await Task.Delay(Moment, Stop);
        answer.IsCompleted.Should().BeFalse();
        heard.Should().Equal("first");
        proxy.Heal();

        (await answer).Should().Be("second");
    }

    [Fact]
    public async Task One_direction_alone_can_be_held_up()
    {
        using var client = await ConnectAsync();
        proxy.Replies.IsHeld = true;

        var answer = AskAsync(client, "hello");
        for (var since = Stopwatch.GetTimestamp(); heard.IsEmpty && Stopwatch.GetElapsedTime(since) < Slowness.Bound(5);)
            await Task.Delay(10, Stop);
        heard.Should().Equal("hello");
        await Task.Delay(Moment, Stop);
        answer.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task A_thin_wire_takes_its_time()
    {
        using var client = await ConnectAsync();
        proxy.Requests.BytesPerSecond = 20_000;

        var clock = Stopwatch.StartNew();
        await AskAsync(client, new string('x', 20_000));
        clock.Elapsed.Should().BeGreaterThan(TimeSpan.FromMilliseconds(450));
    }

    [Fact]
    public async Task A_reset_is_one_for_the_client()
    {
        using var client = await ConnectAsync();
        await AskAsync(client, "hello");

        proxy.Reset();

        var asked = () => AskAsync(client, "again");
        await asked.Should().ThrowAsync<SocketException>();
    }

    [Fact]
    public async Task Of_a_server_that_has_vanished_the_client_hears_nothing_and_a_new_one_is_answered()
    {
        using var client = await ConnectAsync();
        await AskAsync(client, "hello");

        proxy.Vanish();

        await ends.First().WaitAsync(Slowness.Bound(5), Stop);
        var answer = AskAsync(client, "again");
        await Task.Delay(Moment, Stop);
        answer.IsCompleted.Should().BeFalse();
        heard.Should().Equal("hello");
        using var other = await ConnectAsync();
        (await AskAsync(other, "new")).Should().Be("new");
    }

    [Fact]
    public async Task A_reply_is_lost_after_the_request_was_heard_and_only_that_one()
    {
        using var client = await ConnectAsync();
        var happens = proxy.LoseReplyTo("lose", after: 1);
        (await AskAsync(client, "lose this not")).Should().Be("lose this not");
        (await AskAsync(client, "nor this")).Should().Be("nor this");

        var asked = () => AskAsync(client, "lose this");
        await asked.Should().ThrowAsync<SocketException>();

        await happens.WaitAsync(Slowness.Bound(5), Stop);
        heard.Should().Equal("lose this not", "nor this", "lose this");
        using var other = await ConnectAsync();
        (await AskAsync(other, "lose this")).Should().Be("lose this");
    }

    public async ValueTask DisposeAsync()
    {
        await proxy.DisposeAsync();
        listener.Stop();
    }

    private async Task<Socket> ConnectAsync()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, proxy.Port, Stop);
        return client;
    }

    // As long as what was said: that is how long the answer is.
    private static async Task<string> AskAsync(Socket client, string text)
    {
        var said = Encoding.ASCII.GetBytes(text);
        for (var sent = 0; sent < said.Length;)
            sent += await client.SendAsync(said.AsMemory(sent), Stop);
        var answer = new byte[said.Length];
        for (var read = 0; read < answer.Length;)
        {
            var count = await client.ReceiveAsync(answer.AsMemory(read), Stop);
            read += count > 0 ? count : throw new SocketException((int)SocketError.Shutdown);
        }
        return Encoding.ASCII.GetString(answer);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                ends.Enqueue(EchoAsync(await listener.AcceptSocketAsync(Stop)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task EchoAsync(Socket client)
    {
        using (client)
        {
            var piece = new byte[65536];
            try
            {
                while (await client.ReceiveAsync(piece) is > 0 and var count)
                {
                    heard.Enqueue(Encoding.ASCII.GetString(piece, 0, count));
                    await client.SendAsync(piece.AsMemory(0, count));
                }
            }
            catch (SocketException)
            {
                // It was reset.
            }
        }
    }
}
