using System.Security.Cryptography;
using System.Text;
using HttpSd.SdServer.Memory;

namespace HttpSd.SdServer.Discovery;

/// <summary>
/// Several lists as one array, without a copy of them: together they may be larger than the memory, or than an
/// array can be.
/// </summary>
internal sealed class JoinedList
{
    private static readonly byte[] Open = "["u8.ToArray();
    private static readonly byte[] Comma = ","u8.ToArray();
    private static readonly byte[] Close = "]"u8.ToArray();

    private readonly List<ReadOnlyMemory<byte>> inner;

    /// <summary>These, one after the other.</summary>
    public JoinedList(IReadOnlyList<ListBody> parts)
    {
        var tags = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts.Select(p => p.ETag))));
        Tag = new ListTag($"\"{Convert.ToHexStringLower(tags.AsSpan(0, 16))}\"");
        // Each begins with a bracket and ends with one; an empty one has nothing between them.
        inner = [.. parts.Where(p => p.Bytes.Length > 2).Select(p => p.Bytes[1..^1])];
        Length = 2 + inner.Sum(p => (long)p.Length) + Math.Max(0, inner.Count - 1);
    }

    public ListTag Tag { get; }

    /// <summary>In bytes.</summary>
    public long Length { get; }

    /// <summary>The bytes, in order.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Pieces()
    {
        yield return Open;
        for (var i = 0; i < inner.Count; i++)
        {
            if (i > 0)
                yield return Comma;
            yield return inner[i];
        }
        yield return Close;
    }
}
