using System.IO.Compression;

namespace HttpSd.Redis.Cache;

/// <summary>The one place that compresses a body.</summary>
public static class BodyGzip
{
    // Below a packet or so the header costs more than compression saves.
    private const int WorthIt = 1024;

    /// <summary>Whether so many bytes are worth it.</summary>
    public static bool Pays(long length) => length >= WorthIt;

    /// <summary>The body gzipped; empty when that is not worth it.</summary>
    public static ReadOnlyMemory<byte> Compress(ReadOnlyMemory<byte> body)
    {
        if (!Pays(body.Length))
            return ReadOnlyMemory<byte>.Empty;
        using var target = new MemoryStream(body.Length / 8);
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(body.Span);
        return target.ToArray();
    }
}
