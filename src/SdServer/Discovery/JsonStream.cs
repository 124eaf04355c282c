using System.Text.Json;

namespace HttpSd.SdServer.Discovery;

/// <summary>Writes a document of unknown length part by part; whoever fails half-way aborts the connection.</summary>
internal sealed class JsonStream(HttpContext context) : IAsyncDisposable
{
    private readonly Utf8JsonWriter json = new(context.Response.BodyWriter, JsonAnswer.Options);

    /// <summary>Whether a part was written; until then the response may still become another one.</summary>
    public bool HasBegun { get; private set; }

    public async Task WriteAsync(Action<Utf8JsonWriter> write)
    {
        if (!HasBegun)
        {
            context.Response.ContentType = AnswerWriter.Json;
            context.Response.Headers.CacheControl = "no-store";
        }
        write(json);
        HasBegun = true;
        await json.FlushAsync(context.RequestAborted);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    public ValueTask DisposeAsync()
    {
        json.Reset();
        return json.DisposeAsync();
    }
}
