using HttpSd.SdServer.Memory;
using Microsoft.Extensions.Primitives;

namespace HttpSd.SdServer.Requests;

/// <summary>What a client accepts and what it has already.</summary>
internal static class Conditions
{
    /// <summary>Whether <c>Accept-Encoding</c> takes gzip.</summary>
    public static bool AcceptsGzip(StringValues acceptEncoding)
    {
        foreach (var line in acceptEncoding)
        {
            foreach (var range in line.AsSpan().Split(','))
            {
                var coding = line.AsSpan(range).Trim();
                var mark = coding.IndexOf(';');
                var name = mark < 0 ? coding : coding[..mark].TrimEnd();
                if (name.Equals("gzip", StringComparison.OrdinalIgnoreCase))
                    return mark < 0 || !IsZero(coding[(mark + 1)..].Trim());
            }
        }
        return false;
    }

    /// <summary>Whether <c>If-None-Match</c> names the list, in either encoding.</summary>
    public static bool Has(StringValues ifNoneMatch, ListTag known)
    {
        foreach (var line in ifNoneMatch)
        {
            foreach (var range in line.AsSpan().Split(','))
            {
                var tag = line.AsSpan(range).Trim();
                if (tag.StartsWith("W/"))
                    tag = tag[2..];
                if (tag is "*" || tag.SequenceEqual(known.Plain) || tag.SequenceEqual(known.Gzip))
                    return true;
            }
        }
        return false;
    }

    // q=0, q=0.0, q=0.000
    private static bool IsZero(ReadOnlySpan<char> weight) =>
        weight.StartsWith("q=", StringComparison.OrdinalIgnoreCase) && weight[2..].Trim("0. ").IsEmpty;
}
