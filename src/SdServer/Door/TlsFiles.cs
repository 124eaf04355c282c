using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace HttpSd.SdServer.Door;

/// <summary>The certificates of the files, as they were last good. New connections get the new ones, old ones stay.</summary>
internal sealed class TlsFiles
{
    private const string Setting = "Server:Tls:CertificateFile";

    private readonly TlsOptions options;
    private readonly ILogger log;
    private volatile Loaded? current;
    private string failed = "";

    /// <exception cref="OptionsValidationException">There is no good certificate to begin with.</exception>
    public TlsFiles(IOptions<TlsOptions> options, ILogger<TlsFiles> log)
    {
        (this.options, this.log) = (options.Value, log);
        if (this.options.CertificateFile.Length == 0)
            return;
        try
        {
            current = Load(ReadTexts());
        }
        catch (Exception e) when (IsBad(e))
        {
            throw new OptionsValidationException("Server:Tls", typeof(TlsOptions), [$"{Setting}, KeyFile or ClientCaFile: {e.Message}"]);
        }
    }

    /// <summary>Whether there is a certificate.</summary>
    public bool IsOn => current is not null;

    /// <summary>The certificate, and what a client needs to find its authority.</summary>
    public SslStreamCertificateContext Context => current!.Context;

    /// <summary>Whether a client's certificate comes from one of our authorities, is of this time and for clients.</summary>
    public bool IsClient(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(current!.ClientAuthorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        chain.ChainPolicy.DisableCertificateDownloads = true;
        return chain.Build(certificate);
    }

    /// <summary>Looks again. What is not good changes nothing.</summary>
    public void Refresh()
    {
        if (current is not { } known)
            return;
        try
        {
            var texts = ReadTexts();
            if (texts == known.Texts)
                return;
            var loaded = Load(texts);
            current = loaded;
            failed = "";
            Log.CertificateRead(log, Setting, loaded.Context.TargetCertificate.NotAfter.ToUniversalTime());
        }
        catch (Exception e) when (IsBad(e))
        {
            if (failed != e.Message)
                Log.CertificateKept(log, Setting, e.Message);
            failed = e.Message;
        }
    }

    private (string Certificate, string Key, string Clients) ReadTexts() => (
        File.ReadAllText(options.CertificateFile),
        File.ReadAllText(options.KeyFile),
        options.ClientCaFile.Length > 0 ? File.ReadAllText(options.ClientCaFile) : "");

    // The key must be the certificate's: one of the two files may have been swapped first.
    private static Loaded Load((string Certificate, string Key, string Clients) texts)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(texts.Certificate);
        var certificate = X509Certificate2.CreateFromPem(texts.Certificate, texts.Key);
        var context = SslStreamCertificateContext.Create(certificate, chain, offline: true);
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(texts.Clients);
        return texts.Clients.Length > 0 && authorities.Count == 0
            ? throw new InvalidDataException("there is no certificate in the file of clients' authorities")
            : new Loaded(texts, context, authorities);
    }

    private static bool IsBad(Exception e) =>
        e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or InvalidDataException;

    private sealed record Loaded(
        (string Certificate, string Key, string Clients) Texts, SslStreamCertificateContext Context, X509Certificate2Collection ClientAuthorities);
}
