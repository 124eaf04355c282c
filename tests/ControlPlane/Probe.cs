using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace HttpSd.Kube;

/// <summary>Asks servers whether they are ready, and believes only those with a certificate of ours.</summary>
internal sealed class Probe : IDisposable
{
    private readonly string caPem;
    private readonly HttpClient client;

    public Probe(string caPem)
    {
        this.caPem = caPem;
        var handler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero };
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(Authorities());
        handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(5) };
    }

    public X509Certificate2Collection Authorities() => [X509Certificate2.CreateFromPem(caPem)];

    public async Task<bool> IsOkAsync(Uri address, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var answer = await client.SendAsync(request);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose() => client.Dispose();
}
