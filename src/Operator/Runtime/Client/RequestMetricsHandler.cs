namespace HttpSd.Operator.Runtime.Client;

/// <summary>Counts and times each try; sits below <see cref="RetryHandler"/>.</summary>
internal sealed class RequestMetricsHandler(ClientMetrics metrics, TimeProvider time) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        int? code = null;
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            code = (int)response.StatusCode;
            return response;
        }
        finally
        {
            metrics.Answered(code, request.Method.Method, request.RequestUri?.Authority ?? "", time.GetElapsedTime(start));
        }
    }
}
