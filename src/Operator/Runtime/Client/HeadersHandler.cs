namespace HttpSd.Operator.Runtime.Client;

/// <summary>Says who calls; and, for a kubeconfig's tls-server-name, whom it expects.</summary>
/// <param name="userAgent">For the API server's audit log and flow control.</param>
/// <param name="serverName">The name that the certificate must have when it isn't the dialled one.</param>
internal sealed class HeadersHandler(string userAgent, string? serverName) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Remove("User-Agent");
        request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        // .NET takes the TLS name from the Host header; the library sets it, our own requests would not.
        if (!string.IsNullOrEmpty(serverName))
            request.Headers.Host = serverName;
        return base.SendAsync(request, cancellationToken);
    }
}
