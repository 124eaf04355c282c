using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HttpSd.Kube;

/// <summary>What a control plane trusts: an authority, a serving certificate, a key for service accounts, an admin's token.</summary>
internal sealed class Credentials
{
    private readonly string folder;

    private Credentials(string folder, string caPem, string adminToken) =>
        (this.folder, CaPem, AdminToken) = (folder, caPem, adminToken);

    public string CaPem { get; }

    public string AdminToken { get; }

    public string CaFile => File("ca.crt");

    public string ServingCertificateFile => File("serving.crt");

    public string ServingKeyFile => File("serving.key");

    public string ServiceAccountKeyFile => File("sa.key");

    public string ServiceAccountPublicKeyFile => File("sa.pub");

    public string TokensFile => File("tokens.csv");

    public static Credentials Create(string folder)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var caRequest = new CertificateRequest("CN=test-ca", caKey, HashAlgorithmName.SHA256);
        caRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        caRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        caRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(caRequest.PublicKey, false));
        using var ca = caRequest.CreateSelfSigned(now.AddHours(-1), now.AddDays(2));

        using var servingKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var serving = ServingRequest(servingKey).Create(ca, now.AddHours(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(8));
        using var accounts = RSA.Create(2048);

        var made = new Credentials(folder, ca.ExportCertificatePem(), RandomNumberGenerator.GetHexString(32, lowercase: true));
        System.IO.File.WriteAllText(made.CaFile, made.CaPem);
        System.IO.File.WriteAllText(made.ServingCertificateFile, serving.ExportCertificatePem());
        System.IO.File.WriteAllText(made.ServingKeyFile, servingKey.ExportPkcs8PrivateKeyPem());
        System.IO.File.WriteAllText(made.ServiceAccountKeyFile, accounts.ExportRSAPrivateKeyPem());
        System.IO.File.WriteAllText(made.ServiceAccountPublicKeyFile, accounts.ExportSubjectPublicKeyInfoPem());
        System.IO.File.WriteAllText(made.TokensFile, $"{made.AdminToken},admin,admin-uid,\"system:masters\"\n");
        return made;
    }

    private static CertificateRequest ServingRequest(ECDsa key)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.Parse("10.0.0.1"));
        names.AddDnsName("localhost");
        names.AddDnsName("kubernetes.default.svc");
        var request = new CertificateRequest("CN=kube-apiserver", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        return request;
    }

    private string File(string name) => Path.Combine(folder, name);
}
