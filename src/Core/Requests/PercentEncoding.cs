using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace HttpSd.Core.Requests;

/// <summary>Whether a text of a query can be decoded without guessing.</summary>
internal static class PercentEncoding
{
    /// <summary>What is wrong with the first escape that is not one, as the end of a sentence; null when all are good.</summary>
    public static string? Problem(ReadOnlySpan<char> text)
    {
        var bytes = new List<byte>();
        for (var i = text.IndexOf('%'); i >= 0 && i < text.Length;)
        {
            // A character beyond ASCII is several escapes in a row.
            var start = i;
            bytes.Clear();
            for (; i < text.Length && text[i] == '%'; i += 3)
            {
                if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                    return $"has '{Shown(text, i, Math.Min(i + 3, text.Length))}', which is no percent-encoding (a percent sign is %25)";
                bytes.Add(Convert.FromHexString(text.Slice(i + 1, 2))[0]);
            }
            if (!Utf8.IsValid(CollectionsMarshal.AsSpan(bytes)))
                return $"has '{Shown(text, start, i)}', which is not UTF-8";
            var next = text[i..].IndexOf('%');
            i = next < 0 ? text.Length : i + next;
        }
        return null;
    }

    private static string Shown(ReadOnlySpan<char> text, int start, int end) => Excerpt.Of(text[start..end].ToString());
}
