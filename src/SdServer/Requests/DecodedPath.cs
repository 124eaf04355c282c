namespace HttpSd.SdServer.Requests;

/// <summary>A request's path, decoded whole: the web server leaves the escape of a slash as it is.</summary>
internal static class DecodedPath
{
    private const string Slash = "%2F";

    /// <summary>The path of <paramref name="rawTarget"/>.</summary>
    /// <param name="rawTarget">As it was sent. An escaped percent sign before "2F" is told from an escaped slash only there.</param>
    /// <param name="path">As the web server decoded it.</param>
    public static PathString Of(string rawTarget, PathString path)
    {
        if (path.Value is not { } decoded || !decoded.Contains(Slash, StringComparison.OrdinalIgnoreCase) || !rawTarget.StartsWith('/'))
            return path;
        var mark = rawTarget.IndexOf('?', StringComparison.Ordinal);
        return new PathString(Uri.UnescapeDataString(mark < 0 ? rawTarget : rawTarget[..mark]));
    }

    /// <summary>The path as it was sent, without the query, but with its slashes decoded.</summary>
    public static ReadOnlySpan<char> WithSlashes(string rawTarget)
    {
        var mark = rawTarget.IndexOf('?', StringComparison.Ordinal);
        var path = mark < 0 ? rawTarget.AsSpan() : rawTarget.AsSpan(0, mark);
        return path.Contains(Slash, StringComparison.OrdinalIgnoreCase)
            ? path.ToString().Replace(Slash, "/", StringComparison.OrdinalIgnoreCase)
            : path;
    }
}
