namespace HttpSd.SdServer.Requests;

/// <summary>Finds <c>.</c> and <c>..</c> in a request's target as it was sent, also percent-encoded.</summary>
internal static class DotSegments
{
    /// <summary>True when a segment of the path is one of the two.</summary>
    public static bool AreIn(string rawTarget)
    {
        var path = DecodedPath.WithSlashes(rawTarget);
        foreach (var range in path.Split('/'))
        {
            if (IsDots(path[range]))
                return true;
        }
        return false;
    }

    private static bool IsDots(ReadOnlySpan<char> segment)
    {
        var dots = 0;
        while (segment.Length > 0)
        {
            var width = segment[0] == '.' ? 1 : segment.StartsWith("%2e", StringComparison.OrdinalIgnoreCase) ? 3 : 0;
            if (width == 0)
                return false;
            segment = segment[width..];
            dots++;
        }
        return dots is 1 or 2;
    }
}
