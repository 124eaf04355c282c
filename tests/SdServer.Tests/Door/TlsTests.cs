using Microsoft.Extensions.Options;
using static HttpSd.SdServer.Tests.Generators;

namespace HttpSd.SdServer.Tests.Door;

public sealed class TlsTests(RedisFixture redis) : IClassFixture<RedisFixture>, IDisposable
{
    private readonly SecretFolder files = new();
    private readonly Certificates certificates = new();

    public void Dispose()
    {
        files.Dispose();
        certificates.Dispose();
    }

    [Fact]
    public async Task A_list_goes_over_TLS_to_who_knows_the_authority_and_the_name()
    {
        await using var server = await StartAsync();
        var (ca, port) = (files.Write("ca", certificates.Authority), server.Client.BaseAddress!.Port);
        var resolve = $"sd.test:{port}:127.0.0.1";

        (await Curl.RunAsync("--cacert", ca, "--resolve", resolve, $"https://sd.test:{port}/targets/x")).Should().Be((200, Body));
        (await Curl.RunAsync("--cacert", ca, "--resolve", $"other.test:{port}:127.0.0.1", $"https://other.test:{port}/targets/x")).Should().Be((0, "curl 60"));
        (await Curl.RunAsync("--resolve", resolve, $"https://sd.test:{port}/targets/x")).Should().Be((0, "curl 60"));
        (await Curl.RunAsync("--cacert", ca, "--tls-max", "1.1", "--resolve", resolve, $"https://sd.test:{port}/targets/x")).Status.Should().Be(0);
    }

    [Fact]
    public async Task A_certificate_is_swapped_without_a_dropped_request()
    {
        await using var server = await StartAsync();
        using var handler = new SocketsHttpHandler();
        string? shown = null;
        handler.SslOptions.RemoteCertificateValidationCallback = (_, c, _, _) => (shown = c!.GetCertHashString()) is not null;
        handler.PooledConnectionLifetime = TimeSpan.FromMilliseconds(1);
        using var fresh = new HttpClient(handler) { BaseAddress = server.Client.BaseAddress };
        using var keptHandler = new SocketsHttpHandler();
        keptHandler.SslOptions.RemoteCertificateValidationCallback = (_, c, _, _) => c!.Subject == "CN=sd.test";
        using var kept = new HttpClient(keptHandler) { BaseAddress = server.Client.BaseAddress };
        (await kept.GetStringAsync("/targets/x", TestContext.Current.CancellationToken)).Should().Be(Body);

        async Task<string> AskAsync()
        {
            (await kept.GetStringAsync("/targets/x", TestContext.Current.CancellationToken)).Should().Be(Body);
            (await fresh.GetStringAsync("/targets/x", TestContext.Current.CancellationToken)).Should().Be(Body);
            return shown!;
        }
        var first = await AskAsync();
        var next = certificates.Issue("sd.test");
        // One file after the other: in between they don't belong together.
        files.Write("crt", next.Certificate);
        await Task.Delay(700, TestContext.Current.CancellationToken);
        (await AskAsync()).Should().Be(first);
        files.Write("key", next.Key);
        (await TestServer.EventuallyAsync(AskAsync, h => h != first)).Should().NotBe(first);

        files.Write("crt", "nonsense");
        await Task.Delay(700, TestContext.Current.CancellationToken);
        (await AskAsync()).Should().NotBe(first);
    }

    [Theory]
    [InlineData("required", 403)]
    [InlineData("optional", 200)]
    public async Task A_client_shows_a_certificate_of_the_right_authority(string mode, int without)
    {
        using var others = new Certificates();
        await using var server = await StartAsync(
            "ClientCertificates=" + mode, "ClientCaFile=" + files.Write("clients", certificates.Authority));
        var url = server.Client.BaseAddress + "targets/x";
        async Task<int> AskAsync((string Certificate, string Key) shown) => (await Curl.RunAsync(
            "-k", "--cert", files.Write("c", shown.Certificate), "--key", files.Write("k", shown.Key), url)).Status;

        (await AskAsync(certificates.Issue("prometheus", client: true))).Should().Be(200);
        (await Curl.RunAsync("-k", url)).Status.Should().Be(without);
        (await Curl.RunAsync("-k", server.Client.BaseAddress + "metrics")).Status.Should().Be(without);
        (await Curl.RunAsync("-k", server.Client.BaseAddress + "readyz")).Status.Should().Be(200, "a kubelet has no certificate");
        (await AskAsync(others.Issue("prometheus", client: true))).Should().Be(0);
        (await AskAsync(certificates.Issue("sd.test"))).Should().Be(0, "it is a server's");

        files.Write("clients", others.Authority);
        var stranger = others.Issue("prometheus", client: true);
        (await TestServer.EventuallyAsync(() => AskAsync(stranger), s => s == 200)).Should().Be(200);
    }

    [Theory]
    [InlineData("Server:Urls=https://127.0.0.1:0", "Server:Urls is 'https://127.0.0.1:0', but must be http:// while Server:Tls:CertificateFile is not set")]
    [InlineData("Server:Tls:CertificateFile=/a", "Server:Tls:CertificateFile and Server:Tls:KeyFile need each other")]
    [InlineData("Server:Tls:ClientCertificates=required", "Server:Tls:ClientCaFile and Server:Tls:ClientCertificates need each other")]
    [InlineData("Server:Tls:CertificateFile=/no/such --Server:Tls:KeyFile=/no/such", "Server:Tls:CertificateFile, KeyFile or ClientCaFile: *")]
    public void What_can_t_encrypt_stops_the_start(string settings, string message)
    {
        var start = () => SdServerApp.Create([.. settings.Split(" --").Select(s => "--" + s)]);

        start.Should().Throw<OptionsValidationException>().WithMessage(message);
    }

    private async Task<TestServer> StartAsync(params string[] settings)
    {
        var (certificate, key) = certificates.Issue("sd.test");
        var server = await TestServer.StartAsync(redis.Server, [
            "--Server:Urls=https://127.0.0.1:0", "--Server:Tls:CertificateFile=" + files.Write("crt", certificate),
            "--Server:Tls:KeyFile=" + files.Write("key", key), .. settings.Select(s => "--Server:Tls:" + s)]);
        await server.PublishWithListAsync(Generator("x"), Body);
        return server;
    }
}
