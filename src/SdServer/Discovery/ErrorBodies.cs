using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HttpSd.SdServer.Discovery;

/// <summary>The bodies of everything that isn't a list.</summary>
internal static class ErrorBodies
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly byte[] NotFound = Of("not found");
    public static readonly byte[] CacheMiss = Of("cache miss");
    public static readonly byte[] CacheExpired = Of("cache expired");
    public static readonly byte[] QueueFull = Of("queue full");
    public static readonly byte[] StoreUnavailable = Of("store unavailable");
    public static readonly byte[] MethodNotAllowed = Of("method not allowed");

    public static byte[] Of(string sentence) =>
        Encoding.UTF8.GetBytes("{\"error\":" + JsonSerializer.Serialize(sentence, Json) + "}");
}
