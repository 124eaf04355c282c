namespace HttpSd.SdServer.Memory;

/// <summary>What names a list's bytes, plain and gzipped: another representation, and a strong tag has to say so.</summary>
internal sealed class ListTag(string plain)
{
    public string Plain { get; } = plain;

    public string Gzip { get; } = plain.EndsWith('"') ? plain[..^1] + "-gzip\"" : plain + "-gzip";
}
