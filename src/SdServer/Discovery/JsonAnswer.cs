using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HttpSd.SdServer.Discovery;

/// <summary>Writes a small JSON document, complete before its first byte leaves.</summary>
internal static class JsonAnswer
{
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
            write(json);
        context.Response.Headers.CacheControl = "no-store";
        return AnswerWriter.WriteBytesAsync(context, buffer.WrittenMemory);
    }
}
