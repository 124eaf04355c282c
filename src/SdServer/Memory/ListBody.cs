namespace HttpSd.SdServer.Memory;

/// <summary>A list's bytes as they go out, under the tag that names them; shared by snapshots for as long as the tag stays.</summary>
internal sealed class ListBody(string etag, ReadOnlyMemory<byte> bytes)
{
    public ListTag Tag { get; } = new(etag);

    public string ETag => Tag.Plain;

    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>Null: nobody has asked so far. Empty: there is none worth sending.</summary>
    public GzipBytes? Gzip { get; set; }

    public long Size => Bytes.Length + (Gzip?.Bytes.Length ?? 0);

    /// <summary>A reference, so that it can be replaced while others read.</summary>
    public sealed record GzipBytes(ReadOnlyMemory<byte> Bytes);
}
