namespace HttpSd.Core.Requests;

/// <summary>Decodes a raw query string.</summary>
public static class RequestQuery
{
    /// <summary>
    /// The parameters in order of appearance; of a repeated name the first value counts, a name without
    /// <c>=</c> has an empty value, and an escape that is not one stays as it is. Never throws.
    /// </summary>
    /// <param name="queryString">The query, with or without its question mark.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Parse(string queryString)
    {
        var query = queryString.StartsWith('?') ? queryString.AsSpan(1) : queryString;
        var parameters = new List<KeyValuePair<string, string>>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            if (pair.IsEmpty)
                continue;

            var equals = pair.IndexOf('=');
            var name = Decode(equals < 0 ? pair : pair[..equals]);
            if (seen.Add(name))
                parameters.Add(new(name, equals < 0 ? "" : Decode(pair[(equals + 1)..])));
        }

        return parameters;
    }

    /// <summary>
    /// Why the query is refused, naming the parameter: an escape that is not one, or bytes that are not UTF-8,
    /// would find another entry than the client meant. Null when it can be decoded.
    /// </summary>
    /// <param name="queryString">The query, with or without its question mark.</param>
    public static string? Problem(string queryString)
    {
        if (!queryString.Contains('%', StringComparison.Ordinal))
            return null;
        var query = queryString.StartsWith('?') ? queryString.AsSpan(1) : queryString;
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            var equals = pair.IndexOf('=');
            var name = equals < 0 ? pair : pair[..equals];
            if ((PercentEncoding.Problem(name) ?? PercentEncoding.Problem(pair[name.Length..])) is { } problem)
                return $"parameter '{Excerpt.Of(name.ToString())}' {problem}";
        }

        return null;
    }

    private static string Decode(ReadOnlySpan<char> text) =>
        text.ContainsAny('+', '%') ? Uri.UnescapeDataString(text.ToString().Replace('+', ' ')) : text.ToString();
}
