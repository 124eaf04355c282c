using System.Net;
using System.Net.Sockets;

namespace HttpSd.Cli.Tests.Serving;

public sealed class WrongRedisTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-wrong-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_Redis_that_refuses_is_named_once_without_its_password()
    {
        var port = HttpsdProcess.FreePort();
        await using var httpsd = HttpsdProcess.Launching(folder, "--redis", $"redis://:se-cret@127.0.0.1:{port}");
        await SaidAsync(httpsd, $"Redis at 127.0.0.1:{port} is unavailable, there are no definitions until it is back: Connection refused");

        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        httpsd.Log.Split("is unavailable").Should().HaveCount(2);
        httpsd.Log.Should().NotContain("se-cret");
    }

    [Fact]
    public async Task What_is_not_Redis_is_said_not_to_be()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var answering = AnswerAsync(other);
        await using (var httpsd = HttpsdProcess.Launching(folder, "--redis", $"redis://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}"))
            await SaidAsync(httpsd, "until it is back: what answers there is not Redis");
        other.Stop();
        await answering;
    }

    private static async Task AnswerAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await client.GetStream().WriteAsync("HTTP/1.0 400 Bad Request\r\n\r\n"u8.ToArray());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }

    private static Task SaidAsync(HttpsdProcess httpsd, string sentence) => Eventually.IsAsync(
        () => Task.FromResult(httpsd.Log), log => log.Contains(sentence, StringComparison.Ordinal), TimeSpan.FromSeconds(20));
}
