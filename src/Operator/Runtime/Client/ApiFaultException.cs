namespace HttpSd.Operator.Runtime.Client;

/// <summary>The API server didn't do what it was asked.</summary>
internal sealed class ApiFaultException(Fault fault, string message, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(message, inner)
{
    public Fault Fault => fault;

    /// <summary>The wait that the server asked for.</summary>
    public TimeSpan? RetryAfter => retryAfter;
}
