using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using k8s;

namespace HttpSd.Operator.Runtime.Client;

/// <summary>
/// Makes the process's one client. The library's own TLS callback looks at a custom CA's chain and not at the
/// name, so any certificate of that CA would pass; here the platform checks both.
/// </summary>
internal sealed class KubernetesFactory(KubernetesOptions options, ClientMetrics metrics, TimeProvider time, Jitter jitter)
{
    private static readonly string UserAgent = "httpsd-operator/" + (typeof(KubernetesFactory).Assembly.GetName().Version?.ToString(3) ?? "0");

    public k8s.Kubernetes Create(KubernetesClientConfiguration configuration)
    {
        var authorities = configuration.SslCaCerts;
        // Left in place, it brings the lax callback back.
        configuration.SslCaCerts = null;
        // Not ours to meet: DeadlineHandler ends a call first, body included.
        configuration.HttpClientTimeout = options.RequestTimeout * 2;
        configuration.FirstMessageHandlerSetup = handler => Set(handler, authorities);
        // The first is the outermost.
        return new k8s.Kubernetes(
            configuration,
            new DeadlineHandler(options.RequestTimeout, time),
            new RetryHandler(options, time, jitter),
            new HeadersHandler(UserAgent, configuration.TlsServerName),
            new RequestMetricsHandler(metrics, time));
    }

    private void Set(SocketsHttpHandler handler, X509Certificate2Collection? authorities)
    {
        if (authorities is not null)
        {
            // Cluster CAs publish no revocation lists.
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }
        if (!options.CheckServerName)
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, errors) =>
                (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None;
        handler.EnableMultipleHttp2Connections = true;
        handler.KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests;
        handler.KeepAlivePingDelay = options.PingDelay;
        handler.KeepAlivePingTimeout = options.PingTimeout;
        handler.ConnectTimeout = options.ConnectTimeout;
        handler.PooledConnectionLifetime = options.ConnectionLifetime;
        handler.ConnectCallback = async (context, cancellationToken) => await ConnectAsync(context.DnsEndPoint, cancellationToken);
    }

    // HTTP/2 has pings; over HTTP/1.1, behind some proxies, only TCP itself can notice that the other side is gone.
    private async Task<Stream> ConnectAsync(System.Net.DnsEndPoint to, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, Seconds(options.PingDelay));
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, Seconds(options.PingTimeout / 3));
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(to, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static int Seconds(TimeSpan duration) => Math.Max(1, (int)duration.TotalSeconds);
}
