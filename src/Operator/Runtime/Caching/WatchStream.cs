using System.Buffers;
using System.Text.Json;
using HttpSd.Operator.Runtime.Client;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Runtime.Caching;

/// <summary>
/// An open watch. The library's own has no limit for reading, takes an orderly end for an error, and goes on
/// after an error event as if nothing were.
/// </summary>
internal sealed class WatchStream<TEntity>(
    HttpResponseMessage response,
    Stream body,
    EntityResource resource,
    ReflectorOptions options,
    TimeSpan life,
    TimeSpan longestSilence,
    TimeProvider time,
    Action<TEntity> transform)
    : IAsyncDisposable
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly LineReader lines = new(body, options.MaxLineBytes);
    private readonly CancellationTokenSource late = new(life + options.Overtime, time);
    private readonly CancellationTokenSource idle = new(longestSilence, time);

    /// <summary>The next event; null when the server ended the watch in order.</summary>
    /// <exception cref="ApiFaultException">Anything else that ended it.</exception>
    public async ValueTask<WatchEvent<TEntity>?> ReadAsync(CancellationToken cancellationToken)
    {
        using var any = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token, idle.Token);
        try
        {
            while (await lines.ReadAsync(any.Token) is var (bytes, ended))
            {
                idle.CancelAfter(longestSilence);
                if (!IsBlank(bytes))
                    return Read(bytes, ended);
            }
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw late.IsCancellationRequested
                ? new ApiFaultException(Fault.Late, $"still open after {(life + options.Overtime).TotalSeconds:0} s")
                : new ApiFaultException(Fault.Idle, $"no line within {longestSilence.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw ApiRequests.Broken(e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // First the response: completing the reader of an HTTP/1.1 body would otherwise drain it.
        response.Dispose();
        await lines.DisposeAsync();
        late.Dispose();
        idle.Dispose();
    }

    private WatchEvent<TEntity> Read(ReadOnlySequence<byte> bytes, bool ended)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            var line = document.RootElement;
            if (line.ValueKind != JsonValueKind.Object || !line.TryGetProperty("type", out var type) || !line.TryGetProperty("object", out var json))
                throw new JsonException("not an event");
            return (type.ValueKind == JsonValueKind.String ? type.GetString() : null) switch
            {
                "ADDED" => Event(WatchEventType.Added, json),
                "MODIFIED" => Event(WatchEventType.Modified, json),
                "DELETED" => Event(WatchEventType.Deleted, json),
                "BOOKMARK" => new WatchEvent<TEntity>(WatchEventType.Bookmark, Version(json), null),
                "ERROR" => throw Error(ServerStatus.Read(json)),
                _ => throw new JsonException("not an event that is known"),
            };
        }
        catch (JsonException e)
        {
            throw ended
                ? new ApiFaultException(Fault.Unreadable, $"a line that is not an event: {e.Message}", inner: e)
                : new ApiFaultException(Fault.Unavailable, "cut within a line", inner: e);
        }
    }

    private WatchEvent<TEntity> Event(WatchEventType type, JsonElement json)
    {
        var entity = EntityJson.Read<TEntity>(json, resource);
        transform(entity);
        return new WatchEvent<TEntity>(type, Version(json), entity);
    }

    private static string Version(JsonElement json) =>
        EntityJson.VersionOf(json) ?? throw new JsonException("no metadata.resourceVersion");

    private static ApiFaultException Error(ServerStatus status) => new(
        status.Meaning is Fault.Unavailable or Fault.Rejected ? Fault.StreamError : status.Meaning,
        $"{status.Code} {status.Message}".TrimEnd());

    private static bool IsBlank(ReadOnlySequence<byte> bytes)
    {
        foreach (var segment in bytes)
            if (!segment.Span.Trim(" \t\r"u8).IsEmpty)
                return false;
        return true;
    }
}
