using k8s.Autorest;

namespace HttpSd.Operator.Runtime.Client;

/// <summary>What the API server said against a call. The library's own message is a status code, and hides which right is missing.</summary>
internal static class Refusal
{
    /// <summary>The server's words; of any other error its message. Throws for nothing that a server or a proxy may say.</summary>
    public static string Describe(Exception error)
    {
        if (error is not HttpOperationException { Response.Content: { Length: > 0 } content } refused)
            return error.Message;
        return ServerStatus.Parse(content).Message is { Length: > 0 } message
            ? $"{(int)refused.Response.StatusCode} {message}"
            : error.Message;
    }
}
