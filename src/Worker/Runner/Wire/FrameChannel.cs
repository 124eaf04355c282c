using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace HttpSd.Worker.Runner.Wire;

/// <summary>
/// Frames over a stream: the length of a JSON header and the length of a body, four bytes each and big-endian,
/// then the two. What is malformed, truncated or over its bound is an <see cref="InvalidDataException"/>.
/// </summary>
internal sealed class FrameChannel(Stream stream, int maxHeaderBytes, int maxBodyBytes) : IDisposable
{
    private const int PrefixBytes = 8, PieceBytes = 1 << 20;

    private byte[] _input = new byte[4096];
    private byte[] _output = new byte[4096];
    private int _start;
    private int _end;

    /// <summary>Whether more was read than has been asked for.</summary>
    public bool HasInput => _end > _start;

    /// <summary>The next frame; null when the other side closed between two frames.</summary>
    public async ValueTask<(T Header, byte[] Body)?> ReadAsync<T>(
        JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        if (!await FillAsync(PrefixBytes, cancellationToken))
            return null;
        var headerBytes = BinaryPrimitives.ReadInt32BigEndian(_input.AsSpan(_start));
        var bodyBytes = BinaryPrimitives.ReadInt32BigEndian(_input.AsSpan(_start + 4));
        if (headerBytes < 0 || headerBytes > maxHeaderBytes)
            throw new InvalidDataException($"a frame's header of {headerBytes} bytes is over the limit");
        if (bodyBytes < 0 || bodyBytes > maxBodyBytes)
            throw new InvalidDataException($"a frame's body of {bodyBytes} bytes is over the limit");
        _start += PrefixBytes;

        if (!await FillAsync(headerBytes, cancellationToken) && headerBytes > 0)
            throw Truncated();
        var header = Parse(_input.AsSpan(_start, headerBytes), type);
        _start += headerBytes;
        return (header, await BodyAsync(bodyBytes, cancellationToken));
    }

    public async ValueTask WriteAsync<T>(
        T header, JsonTypeInfo<T> type, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(header, type);
        if (json.Length > maxHeaderBytes || body.Length > maxBodyBytes)
            throw new InvalidDataException("the frame is over the limit");
        var together = body.Length <= 16384;
        var length = PrefixBytes + json.Length + (together ? body.Length : 0);
        if (_output.Length < length)
            _output = new byte[length];
        BinaryPrimitives.WriteInt32BigEndian(_output, json.Length);
        BinaryPrimitives.WriteInt32BigEndian(_output.AsSpan(4), body.Length);
        json.CopyTo(_output, PrefixBytes);
        if (together)
            body.Span.CopyTo(_output.AsSpan(PrefixBytes + json.Length));
        await stream.WriteAsync(_output.AsMemory(0, length), cancellationToken);
        if (!together)
            await stream.WriteAsync(body, cancellationToken);
    }

    public void Dispose() => stream.Dispose();

    private static T Parse<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new InvalidDataException("a frame's header is null");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("a frame's header is not the JSON expected", e);
        }
    }

    private static InvalidDataException Truncated() => new("the stream ended within a frame");

    private async ValueTask<byte[]> BodyAsync(int length, CancellationToken cancellationToken)
    {
        if (length == 0)
            return [];

        // In pieces, so that a length alone makes nobody allocate it.
        var body = new byte[Math.Min(length, PieceBytes)];
        var have = Math.Min(length, _end - _start);
        _input.AsSpan(_start, have).CopyTo(body);
        _start += have;
        while (have < length)
        {
            if (have == body.Length)
                Array.Resize(ref body, (int)Math.Min(length, body.Length * 2L));
            var count = await stream.ReadAsync(body.AsMemory(have), cancellationToken);
            have += count > 0 ? count : throw Truncated();
        }

        return body;
    }

    private async ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken)
    {
        if (_start == _end)
            _start = _end = 0;
        if (_input.Length - _start < count)
        {
            var larger = new byte[Math.Max(_input.Length, count)];
            _input.AsSpan(_start, _end - _start).CopyTo(larger);
            (_input, _end, _start) = (larger, _end - _start, 0);
        }

        while (_end - _start < count)
        {
            var read = await stream.ReadAsync(_input.AsMemory(_end), cancellationToken);
            if (read == 0)
                return _start == _end && count == PrefixBytes ? false : throw Truncated();
            _end += read;
        }

        return true;
    }
}
