using System.Net.Sockets;
using System.Text;
using static HttpSd.SdServer.Tests.Generators;

namespace HttpSd.SdServer.Tests.Door;

public sealed class SlowClientTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task A_thousand_slow_clients_keep_nobody_from_a_list()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator("big"), BigBody(4 << 20));
        var stop = TestContext.Current.CancellationToken;
        var slow = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 1000; i++)
            {
                var client = new TcpClient { ReceiveBufferSize = 4096 };
                slow.Add(client);
                await client.ConnectAsync(server.Client.BaseAddress!.Host, server.Client.BaseAddress.Port, stop);
                // Half of them never end their headers, half never read the list.
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /targets/big HTTP/1.1\r\nHost: a\r\n" + (i % 2 == 0 ? "A: " : "\r\n")), stop);
            }

            for (var i = 0; i < 10; i++)
            {
                var clock = System.Diagnostics.Stopwatch.StartNew();
                (await server.GetAsync("/targets/big")).Status.Should().Be(200);
                clock.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(5));
            }
            // Those that are too slow are cut off.
            var stream = slow[0].GetStream();
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
            patience.CancelAfter(TimeSpan.FromSeconds(30));
            using var reader = new StreamReader(stream);
            (await reader.ReadToEndAsync(patience.Token)).Should().StartWith("HTTP/1.1 408 ");
        }
        finally
        {
            slow.ForEach(c => c.Dispose());
        }
    }

    [Fact]
    public async Task A_connection_beyond_the_bound_is_closed_and_the_others_stay()
    {
        await using var server = await TestServer.StartAsync(redis.Server, ["--Server:MaxConnections=16"]);
        await server.PublishWithListAsync(Generator("x"), Body);
        (await server.GetAsync("/targets/x")).Status.Should().Be(200);
        var idle = new List<TcpClient>();
        for (var i = 0; i < 40; i++)
        {
            idle.Add(new TcpClient());
            await idle[i].ConnectAsync(server.Client.BaseAddress!.Host, server.Client.BaseAddress.Port, TestContext.Current.CancellationToken);
        }

        (await idle[39].GetStream().ReadAsync(new byte[1], TestContext.Current.CancellationToken)).Should().Be(0);
        (await server.GetAsync("/targets/x")).Body.Should().Be(Body);
        idle.ForEach(c => c.Dispose());
    }
}
