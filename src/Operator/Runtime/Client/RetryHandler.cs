using System.Net;
using System.Security.Authentication;

namespace HttpSd.Operator.Runtime.Client;

/// <summary>
/// Tries calls again, which KubernetesClient doesn't: 429, and 503 with Retry-After, for every verb, since the
/// server did nothing; 503 and connection errors for GET alone, since a write may have happened.
/// </summary>
internal sealed class RetryHandler(KubernetesOptions options, TimeProvider time, Jitter jitter) : DelegatingHandler
{
    /// <summary>Set on requests whose sender has rules and limits of its own: a reflector must see each failure.</summary>
    public static readonly HttpRequestOptionsKey<bool> Off = new("httpsd.retry.off");

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var tries = request.Options.TryGetValue(Off, out var off) && off ? 1 : options.MaxTries;
        for (var n = 1; ; n++)
        {
            HttpResponseMessage? response = null;
            TimeSpan? wait;
            try
            {
                response = await base.SendAsync(request, cancellationToken);
                wait = n < tries ? WaitAfter(request, response, n) : null;
            }
            catch (HttpRequestException e) when (n < tries && request.Method == HttpMethod.Get && e.InnerException is not AuthenticationException)
            {
                wait = Backoff(n);
            }
            if (wait is null)
                return response!;
            response?.Dispose();
            await Task.Delay(wait.Value, time, cancellationToken);
        }
    }

    private TimeSpan? WaitAfter(HttpRequestMessage request, HttpResponseMessage response, int n)
    {
        var asked = RetryAfter.Of(response, time);
        var again = response.StatusCode switch
        {
            HttpStatusCode.TooManyRequests => true,
            HttpStatusCode.ServiceUnavailable => asked is not null || request.Method == HttpMethod.Get,
            _ => false,
        };
        if (!again || asked > options.MaxRetryWait)
            return null;
        // Everybody was told the same second: spread, but never earlier than asked.
        return asked > TimeSpan.Zero ? asked + Backoff(1) : Backoff(n);
    }

    private TimeSpan Backoff(int n)
    {
        var wait = FirstWait * Math.Pow(2, n - 1);
        return jitter.Around(wait < options.MaxRetryWait ? wait : options.MaxRetryWait);
    }
}
