using System.Text.Json;
using k8s.Autorest;

namespace HttpSd.Operator.Runtime.Client;

/// <summary>What the API server said against a call. The library's own message is a status code, and hides which right is missing.</summary>
internal static class Refusal
{
    /// <summary>The server's words; of any other error its message.</summary>
    public static string Describe(Exception error)
    {
        if (error is not HttpOperationException { Response.Content: { Length: > 0 } content } refused)
            return error.Message;
        try
        {
            using var status = JsonDocument.Parse(content);
            return ServerStatus.Read(status.RootElement).Message is { Length: > 0 } message
                ? $"{(int)refused.Response.StatusCode} {message}"
                : error.Message;
        }
        catch (JsonException)
        {
            return error.Message;
        }
    }
}
