using HttpSd.Redis.Connection;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Topologies;

public sealed class TlsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-tls-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_server_with_a_certificate_of_ones_own_authority_is_trusted_with_its_file_only()
    {
        await MakeCertificatesAsync();
        var port = RedisServer.FreePort();
        await using var redis = await RedisServer.StartAsync(
            "--tls-port", $"{port}", "--tls-cert-file", File("server.crt"), "--tls-key-file", File("server.key"),
            "--tls-ca-cert-file", File("ca.crt"), "--tls-auth-clients", "no");
        var options = new RedisOptions { Url = $"rediss://127.0.0.1:{port}", CaFile = File("ca.crt"), CommandTimeout = TimeSpan.FromSeconds(10) };

        await using (var journey = new Journey(options))
            await journey.GoAsync();

        await using var stranger = new Journey(new RedisOptions { Url = options.Url });
        await stranger.Invoking(j => j.EnqueueAsync("a")).Should().ThrowAsync<StoreUnavailableException>();
    }

    [Fact]
    public async Task A_server_that_asks_for_a_certificate_gets_the_one_of_the_settings()
    {
        await MakeCertificatesAsync();
        var port = RedisServer.FreePort();
        await using var redis = await RedisServer.StartAsync(
            "--tls-port", $"{port}", "--tls-cert-file", File("server.crt"), "--tls-key-file", File("server.key"),
            "--tls-ca-cert-file", File("ca.crt"), "--tls-auth-clients", "yes");
        var options = new RedisOptions { Url = $"rediss://127.0.0.1:{port}", CaFile = File("ca.crt"), CommandTimeout = TimeSpan.FromSeconds(10) };

        await using var nobody = new Journey(options);
        await nobody.Invoking(j => j.EnqueueAsync("a")).Should().ThrowAsync<StoreUnavailableException>();

        (options.CertificateFile, options.KeyFile) = (File("server.crt"), File("server.key"));
        await using var journey = new Journey(options);
        await journey.GoAsync();
    }

    private async Task MakeCertificatesAsync()
    {
        await Tool.RunAsync(
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test authority",
            "-keyout", File("ca.key"), "-out", File("ca.crt"));
        await Tool.RunAsync(
            "openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-keyout", File("server.key"), "-out", File("server.csr"));
        await System.IO.File.WriteAllTextAsync(File("names"), "subjectAltName=IP:127.0.0.1\n");
        await Tool.RunAsync(
            "openssl", "x509", "-req", "-in", File("server.csr"), "-CA", File("ca.crt"), "-CAkey", File("ca.key"),
            "-CAcreateserial", "-days", "2", "-extfile", File("names"), "-out", File("server.crt"));
    }

    private string File(string name) => Path.Combine(folder, name);
}
