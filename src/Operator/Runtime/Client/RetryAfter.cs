namespace HttpSd.Operator.Runtime.Client;

/// <summary>The wait that a server asks for.</summary>
internal static class RetryAfter
{
    /// <summary>Null when it asks for none. A date in the past is no wait.</summary>
    public static TimeSpan? Of(HttpResponseMessage response, TimeProvider time)
    {
        var asked = response.Headers.RetryAfter;
        var wait = asked?.Delta ?? asked?.Date - time.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
