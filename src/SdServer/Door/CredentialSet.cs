using System.Security.Cryptography;

namespace HttpSd.SdServer.Door;

/// <summary>The credentials that are good now, as hashes: of one length, and worth nothing to who reads the memory.</summary>
internal sealed class CredentialSet(IReadOnlyCollection<byte[]> credentials)
{
    private readonly byte[][] hashes = [.. credentials.Select(SHA256.HashData).OrderBy(Convert.ToHexString, StringComparer.Ordinal)];

    public int Count => hashes.Length;

    /// <summary>Whether it is one of them. All are compared, each in constant time: how long it takes says nothing.</summary>
    public bool Contains(ReadOnlySpan<byte> presented)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(presented, hash);
        var found = false;
        foreach (var known in hashes)
            found |= CryptographicOperations.FixedTimeEquals(hash, known);
        return found;
    }

    public bool IsSameAs(CredentialSet other) =>
        Count == other.Count && hashes.Zip(other.hashes).All(p => p.First.AsSpan().SequenceEqual(p.Second));
}
