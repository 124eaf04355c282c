using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HttpSd.SdServer.Tests.Door;

/// <summary>An authority of a test's own.</summary>
internal sealed class Certificates : IDisposable
{
    private readonly X509Certificate2 authority;
    private readonly ECDsa authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public Certificates()
    {
        var request = new CertificateRequest("CN=test", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = TimeProvider.System.GetUtcNow();
        authority = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(2));
    }

    public string Authority => authority.ExportCertificatePem();

    /// <summary>A certificate for a server's name, or for a client.</summary>
    public (string Certificate, string Key) Issue(string name, bool client = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(client ? "1.3.6.1.5.5.7.3.2" : "1.3.6.1.5.5.7.3.1")], false));
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.Create(authority, now.AddMinutes(-30), now.AddDays(1), RandomNumberGenerator.GetBytes(8));
        return (made.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        authority.Dispose();
        authorityKey.Dispose();
    }
}
