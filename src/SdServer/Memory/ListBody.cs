namespace HttpSd.SdServer.Memory;

/// <summary>A list's bytes as they go out, under the tag that names them; shared by snapshots for as long as the tag stays.</summary>
internal sealed class ListBody(string etag, ReadOnlyMemory<byte> bytes)
{
    public string ETag { get; } = etag;

    /// <summary>The gzipped bytes are another representation, and a strong tag has to say so.</summary>
    public string GzipETag { get; } = etag.EndsWith('"') ? etag[..^1] + "-gzip\"" : etag + "-gzip";

    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>Null: nobody has asked so far. Empty: there is none worth sending.</summary>
    public GzipBytes? Gzip { get; set; }

    public long Size => Bytes.Length + (Gzip?.Bytes.Length ?? 0);

    /// <summary>A reference, so that it can be replaced while others read.</summary>
    public sealed record GzipBytes(ReadOnlyMemory<byte> Bytes);
}
