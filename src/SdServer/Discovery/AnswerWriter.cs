using System.Globalization;
using System.IO.Compression;
using HttpSd.Redis.Cache;
using HttpSd.SdServer.Memory;
using HttpSd.SdServer.Requests;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace HttpSd.SdServer.Discovery;

/// <summary>Puts an answer on the wire.</summary>
internal sealed class AnswerWriter(ListSource source, IOptions<ServerOptions> options, TimeProvider time)
{
    public const string StaleHeader = "X-Httpsd-Stale";

    // Prometheus takes nothing else, not even a space before the charset.
    public const string Json = "application/json";

    // The web server's own Date header lags by a second and more.
    private static readonly TimeSpan DateLag = TimeSpan.FromSeconds(10);

    private const int Piece = 128 * 1024;

    public static readonly ListBody EmptyGroup = new("\"empty-group\"", "[{\"targets\":[]}]"u8.ToArray());

    /// <summary>Writes a list or an error.</summary>
    public async Task WriteAsync(HttpContext context, ListAnswer answer)
    {
        if (!answer.IsServed)
        {
            await WriteErrorAsync(context, answer);
            return;
        }
        var body = answer.Snapshot!.Body!;
        if (IsEmptyGroup(body))
            body = EmptyGroup;
        else if (Conditions.AcceptsGzip(context.Request.Headers.AcceptEncoding))
            await source.ReadGzipAsync(answer.Slot!, body);
        await WriteListAsync(context, body, answer.Age, answer.Outcome == ListOutcome.Stale, answer.Snapshot.Modified!);
    }

    /// <summary>Whether nothing has to be fetched before the list can be written.</summary>
    public bool IsReady(HttpContext context, ListBody body) =>
        !IsEmptyGroup(body) && (body.Gzip is not null || !Conditions.AcceptsGzip(context.Request.Headers.AcceptEncoding));

    /// <summary>Writes a list; gzipped when that is wanted and there.</summary>
    public Task WriteListAsync(HttpContext context, ListBody body, TimeSpan age, bool stale, LastModified modified)
    {
        var gzip = body.Gzip is { Bytes.Length: > 0 } && Conditions.AcceptsGzip(context.Request.Headers.AcceptEncoding);
        if (WriteHead(context, body.Tag, gzip, age, stale, modified))
            return Task.CompletedTask;
        return WriteBytesAsync(context, gzip ? body.Gzip!.Bytes : body.Bytes);
    }

    /// <summary>Writes lists that were joined, piece by piece: nothing is copied, and gzip is made on the way.</summary>
    public async Task WriteJoinedAsync(HttpContext context, JoinedList list, TimeSpan age, bool stale, LastModified modified)
    {
        var (request, response) = (context.Request, context.Response);
        var gzip = BodyGzip.Pays(list.Length) && Conditions.AcceptsGzip(request.Headers.AcceptEncoding);
        if (WriteHead(context, list.Tag, gzip, age, stale, modified))
            return;
        response.ContentType = Json;
        if (!gzip)
            response.ContentLength = list.Length;
        if (request.Method == HttpMethods.Head)
            return;
        if (gzip)
        {
            await using var zip = new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
            foreach (var piece in list.Pieces())
                await zip.WriteAsync(piece, context.RequestAborted);
            return;
        }
        foreach (var piece in list.Pieces())
            await WritePiecesAsync(context, piece);
    }

    // All but the body; true when that is all of the answer.
    private bool WriteHead(HttpContext context, ListTag tag, bool gzip, TimeSpan age, bool stale, LastModified modified)
    {
        var (request, response) = (context.Request, context.Response);
        var headers = response.Headers;
        headers.ETag = gzip ? tag.Gzip : tag.Plain;
        headers.Vary = HeaderNames.AcceptEncoding;
        headers.CacheControl = "no-cache";
        headers.Age = ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        WriteDates(headers, modified);
        if (stale)
            headers[StaleHeader] = "true";
        if (request.Headers.IfNoneMatch.Count > 0 && Conditions.Has(request.Headers.IfNoneMatch, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return true;
        }
        if (gzip)
            headers.ContentEncoding = "gzip";
        return false;
    }

    // Only for a list that changed a moment ago: else the one text for all requests will do.
    private void WriteDates(IHeaderDictionary headers, LastModified modified)
    {
        headers.LastModified = modified.Text;
        var now = time.GetUtcNow();
        if (now - modified.At >= DateLag)
            return;
        headers.Date = LastModified.Write(now);
        if (modified.At > now)
            headers.LastModified = headers.Date;
    }

    /// <summary>Writes JSON that is complete.</summary>
    public static Task WriteBytesAsync(HttpContext context, ReadOnlyMemory<byte> json)
    {
        context.Response.ContentType = Json;
        context.Response.ContentLength = json.Length;
        if (context.Request.Method == HttpMethods.Head)
            return Task.CompletedTask;
        // Without the request's token, which costs more than the answer's head: a connection that is gone ends the writing.
        return json.Length <= Piece
            ? context.Response.BodyWriter.WriteAsync(json).AsTask()
            : WritePiecesAsync(context, json);
    }

    // A write copies all it is given at once: in pieces a slow client of a large list holds one piece. And where there are
    // several, away from the threads that read the sockets, which small lists are waiting for.
    private static async Task WritePiecesAsync(HttpContext context, ReadOnlyMemory<byte> json)
    {
        for (var at = 0; at < json.Length; at += Piece)
        {
            if (json.Length > Piece)
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            var piece = json.Slice(at, Math.Min(Piece, json.Length - at));
            if ((await context.Response.BodyWriter.WriteAsync(piece, context.RequestAborted)).IsCompleted)
                return;
        }
    }

    public static Task WriteErrorAsync(HttpContext context, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        return WriteBytesAsync(context, body);
    }

    /// <summary><c>[]</c>, which is to go out in another form.</summary>
    public bool IsEmptyGroup(ListBody body) => IsEmptyGroup(body.Bytes.Length);

    /// <inheritdoc cref="IsEmptyGroup(ListBody)" />
    public bool IsEmptyGroup(long length) =>
        length == 2 && options.Value.EmptyList == EmptyListForm.Group;

    private Task WriteErrorAsync(HttpContext context, ListAnswer answer)
    {
        var o = options.Value;
        if (answer.Outcome == ListOutcome.Refused)
            return WriteErrorAsync(context, StatusCodes.Status400BadRequest, ErrorBodies.Of(answer.Refusal!));
        if (answer.Outcome == ListOutcome.Gone)
            return WriteErrorAsync(context, StatusCodes.Status404NotFound, ErrorBodies.NotFound);
        var wait = answer.RetryAfter > TimeSpan.Zero ? answer.RetryAfter : o.RetryAfter;
        context.Response.Headers.RetryAfter =
            ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return answer.Outcome switch
        {
            ListOutcome.Miss => WriteErrorAsync(context, o.MissStatusCode, ErrorBodies.CacheMiss),
            ListOutcome.Expired => WriteErrorAsync(context, o.MissStatusCode, ErrorBodies.CacheExpired),
            ListOutcome.QueueFull => WriteErrorAsync(context, StatusCodes.Status503ServiceUnavailable, ErrorBodies.QueueFull),
            _ => WriteErrorAsync(context, StatusCodes.Status503ServiceUnavailable, ErrorBodies.StoreUnavailable),
        };
    }
}
