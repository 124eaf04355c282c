using System.Text;

namespace HttpSd.SdServer.Door;

/// <summary>The value of an <c>Authorization</c> header, as bytes.</summary>
internal static class AuthorizationHeader
{
    /// <summary>The token, or <c>user:password</c>.</summary>
    public static bool TryRead(string header, bool basic, bool schemeless, Span<byte> credential, out int length)
    {
        length = 0;
        var text = header.AsSpan().Trim(' ');
        var blank = text.IndexOf(' ');
        if (blank < 0)
            return schemeless && !basic && TryCopy(text, credential, out length);
        if (!text[..blank].Equals(basic ? "Basic" : "Bearer", StringComparison.OrdinalIgnoreCase))
            return false;
        var rest = text[blank..].TrimStart(' ');
        return basic ? Convert.TryFromBase64Chars(rest, credential, out length) && length > 0 : TryCopy(rest, credential, out length);
    }

    /// <summary>The token of a header; null when it has none.</summary>
    public static string? Token(string header, bool schemeless)
    {
        Span<byte> bytes = stackalloc byte[CredentialReader.MaxBytes];
        return TryRead(header, basic: false, schemeless, bytes, out var length) ? Encoding.ASCII.GetString(bytes[..length]) : null;
    }

    private static bool TryCopy(ReadOnlySpan<char> token, Span<byte> credential, out int length)
    {
        length = 0;
        return token.Length > 0 && token.Length <= credential.Length
            && !token.ContainsAnyExceptInRange('!', '~')
            && Encoding.ASCII.TryGetBytes(token, credential, out length);
    }
}
