using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;

namespace HttpSd.SdServer.Door;

/// <summary>What a connection may cost, and how it is encrypted.</summary>
internal static class Listening
{
    // Go's client keeps an idle connection for 5 minutes: it should be the one to close it.
    private static readonly TimeSpan KeepAlive = TimeSpan.FromMinutes(6);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // Nothing here takes a body.
    private const int MaxBodyBytes = 64 * 1024;

    // More than one piece of an answer: a writer that has to wait for the socket is woken on another thread.
    private const int MaxResponseBytes = 256 * 1024;

    private const int MaxHeaderBytes = 32 * 1024;
    private const int MaxHeaders = 100;

    // A reader that takes less, or a sender that gives less, is cut off.
    private static readonly MinDataRate Slowest = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

    public static void Bound(KestrelServerOptions kestrel, IOptions<ServerOptions> options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.KeepAliveTimeout = KeepAlive;
        kestrel.Limits.RequestHeadersTimeout = Patience;
        kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        kestrel.Limits.MaxRequestHeaderCount = MaxHeaders;
        kestrel.Limits.MinRequestBodyDataRate = Slowest;
        kestrel.Limits.MinResponseDataRate = Slowest;
        kestrel.Limits.MaxConcurrentConnections = options.Value.MaxConnections;
        kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        kestrel.Limits.MaxResponseBufferSize = MaxResponseBytes;
        kestrel.Limits.MaxRequestLineSize = options.Value.MaxUrlLength;
        // The buffer has to hold a whole line.
        kestrel.Limits.MaxRequestBufferSize = Math.Max(MaxBodyBytes, 2 * options.Value.MaxUrlLength);
    }

    public static void Encrypt(KestrelServerOptions kestrel, TlsFiles files, IOptions<TlsOptions> options)
    {
        if (!files.IsOn)
            return;
        // One request after the other, as without TLS.
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
        kestrel.ConfigureHttpsDefaults(https =>
        {
            https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
            https.HandshakeTimeout = Patience;
            https.ServerCertificateSelector = (_, _) => files.Context.TargetCertificate;
            https.ClientCertificateMode = options.Value.ClientCertificates switch
            {
                ClientCertificates.None => ClientCertificateMode.NoCertificate,
                // Whether there must be one is the request's matter: probes have none.
                _ => ClientCertificateMode.AllowCertificate,
            };
            https.ClientCertificateValidation = (certificate, _, _) => files.IsClient(certificate);
            // The selector knows no certificates in between; and the choice is made anew for every connection.
            https.OnAuthenticate = (_, ssl) =>
            {
                ssl.ServerCertificateSelectionCallback = null;
                ssl.ServerCertificateContext = files.Context;
            };
        });
    }
}
