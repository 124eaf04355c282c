using System.Text;
using static HttpSd.SdServer.Tests.Generators;

namespace HttpSd.SdServer.Tests.Door;

public sealed class SmugglingTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const string Get = "GET /targets/x HTTP/1.1\r\nHost: a\r\n";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(0.3);

    [Theory]
    [InlineData("GET /healthz/../targets/x HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET /healthz%2f..%2ftargets/x HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET /targets%2fx HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET //targets/x HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET /./targets/x HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET http://a/targets/x HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET http://healthz/targets/x HTTP/1.1\r\nHost: healthz\r\n\r\n")]
    [InlineData("GET /targets/x HTTP/1.0\r\n\r\n")]
    [InlineData("HEAD /targets/x HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + Get + "\r\n")]
    [InlineData("GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\n" + Get + "\r\n")]
    [InlineData(Get + "Authorization: Bearer no\r\nAuthorization: Bearer first\r\n\r\n")]
    [InlineData(Get + "Authorization: Bearer first\r\nAuthorization: Bearer first\r\n\r\n")]
    [InlineData(Get + "X: y\r\n Authorization: Bearer first\r\n\r\n")]
    [InlineData(Get + "Authorization: Bearer\r\n first\r\n\r\n")]
    [InlineData(Get + "Authorization : Bearer first\r\n\r\n")]
    [InlineData(Get + "Authorization: Bearer first\0\r\n\r\n")]
    [InlineData(Get + "X: y\rAuthorization: Bearer first\r\n\r\n")]
    [InlineData("GET /targets/x\0 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer first\r\n\r\n")]
    [InlineData("GET /targets/x?\r\nAuthorization: Bearer first HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData(Get + "Proxy-Authorization: Bearer first\r\nCookie: Authorization=Bearer first\r\n\r\n")]
    [InlineData("GET /targets/x?Authorization=Bearer+first&access_token=first HTTP/1.1\r\nHost: a\r\n\r\n")]
    public async Task No_form_of_a_request_gets_a_list_without_a_credential(string request)
    {
        using var secret = new SecretFolder();
        await using var server = await StartAsync(secret);

        (await RawConnection.AskAsync(server.Client.BaseAddress!, Encoding.Latin1.GetBytes(request), Patience, TestContext.Current.CancellationToken))
            .Should().NotContain("10.0.1.1:9100").And.NotContain("ETag");
        (await server.GetAsync("/targets/x", ("Authorization", "Bearer first"))).Body.Should().Be(Body);
        (await RawConnection.AskAsync(
            server.Client.BaseAddress!, Encoding.Latin1.GetBytes(Get + "Authorization: Bearer first\r\n\r\n"), Patience, TestContext.Current.CancellationToken))
            .Should().Contain("10.0.1.1:9100", "the same way with the credential is one that works");
    }

    [Fact]
    public async Task Headers_beyond_the_bounds_are_refused()
    {
        using var secret = new SecretFolder();
        await using var server = await StartAsync(secret);
        async Task<string> StatusAsync(string headers) => (await RawConnection.AskAsync(
            server.Client.BaseAddress!, Encoding.Latin1.GetBytes(Get + headers + "Connection: close\r\n\r\n"), Patience, TestContext.Current.CancellationToken)).Split("\r\n")[0];

        (await StatusAsync("A: " + new string('a', 40_000) + "\r\n")).Should().Contain(" 431 ");
        (await StatusAsync(string.Concat(Enumerable.Range(0, 101).Select(i => $"A{i}: a\r\n")))).Should().Contain(" 431 ");
        (await StatusAsync("Authorization: Bearer " + new string('a', 20_000) + "\r\n")).Should().Contain(" 401 ");
    }

    private async Task<TestServer> StartAsync(SecretFolder secret)
    {
        var server = await TestServer.StartAsync(redis.Server, ["--Server:Auth:Mode=bearer", "--Server:Auth:TokenFiles=" + secret.Write("tokens", "first")]);
        await server.PublishWithListAsync(Generator("x"), Body);
        await server.GetAsync("/targets/x", ("Authorization", "Bearer first"));
        return server;
    }
}
