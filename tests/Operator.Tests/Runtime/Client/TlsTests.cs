using System.Security.Authentication;
using HttpSd.Operator.Runtime.Client;
using HttpSd.Operator.Tests.Runtime.Scripted;
using HttpSd.ServiceDefaults;
using k8s;

namespace HttpSd.Operator.Tests.Runtime.Client;

public sealed class TlsTests : IDisposable
{
    private readonly Certificates certificates = new();

    public void Dispose() => certificates.Dispose();

    [Fact]
    public async Task A_server_with_the_right_name_is_taken()
    {
        using var certificate = certificates.Server(address: "127.0.0.1");
        (await CallAsync(certificate, new KubernetesOptions(), certificates.Authority)).Should().BeNull();
    }

    [Theory]
    [InlineData("api.internal", null)]
    [InlineData(null, "127.0.0.2")]
    public async Task A_server_with_another_name_is_refused_though_its_authority_is_right(string? dns, string? address)
    {
        using var certificate = certificates.Server(dns, address);
        (await CallAsync(certificate, new KubernetesOptions(), certificates.Authority))
            .Should().BeOfType<HttpRequestException>().Which.InnerException.Should().BeOfType<AuthenticationException>()
            .Which.Message.Should().Contain("RemoteCertificateNameMismatch");
    }

    [Fact]
    public async Task Another_name_is_taken_when_the_check_is_switched_off_but_another_authority_never()
    {
        using var others = new Certificates();
        using var certificate = certificates.Server("api.internal");
        var lax = new KubernetesOptions { CheckServerName = false };
        (await CallAsync(certificate, lax, certificates.Authority)).Should().BeNull();
        (await CallAsync(certificate, lax, others.Authority)).Should().BeOfType<HttpRequestException>();
    }

    [Theory]
    [InlineData("api.internal", true)]
    [InlineData("other.internal", false)]
    public async Task A_kubeconfigs_tls_server_name_is_the_one_that_counts(string expected, bool taken)
    {
        using var certificate = certificates.Server("api.internal");
        var error = await CallAsync(certificate, new KubernetesOptions(), certificates.Authority, expected);
        (error is null).Should().Be(taken);
    }

    [Fact]
    public async Task Without_an_authority_of_its_own_the_systems_are_asked()
    {
        using var certificate = certificates.Server(address: "127.0.0.1");
        (await CallAsync(certificate, new KubernetesOptions(), null)).Should().BeOfType<HttpRequestException>();
    }

    // Both doors, the library's and ours, must agree.
    private static async Task<Exception?> CallAsync(
        System.Security.Cryptography.X509Certificates.X509Certificate2 certificate,
        KubernetesOptions options,
        System.Security.Cryptography.X509Certificates.X509Certificate2? authority,
        string? serverName = null)
    {
        await using var api = await ScriptedApi.StartAsync(certificate);
        var configuration = new KubernetesClientConfiguration
        {
            Host = $"https://127.0.0.1:{api.Port}",
            SslCaCerts = authority is null ? null : [authority],
            TlsServerName = serverName,
        };
        options.MaxTries = 1;
        using var kubernetes = new KubernetesFactory(
            options, new ClientMetrics(new ProcessMetrics()), TimeProvider.System, new Jitter(new Random(1))).Create(configuration);
        var generated = await Record.ExceptionAsync(() => kubernetes.CoreV1.ListNamespacedConfigMapAsync("x"));
        var raw = await Record.ExceptionAsync(async () =>
            (await new ApiRequests(kubernetes, TimeProvider.System).GetAsync("api/v1/things", TimeSpan.FromSeconds(5), default)).Dispose());
        (raw is null).Should().Be(generated is null);
        if (generated is null)
            api.Agents.Should().HaveCount(2).And.OnlyContain(a => a == "httpsd-operator/0.1.0");
        return generated;
    }
}
