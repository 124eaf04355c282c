using HttpSd.Core.Requests;

namespace HttpSd.SdServer.Requests;

/// <summary>A query as it was sent.</summary>
internal static class RawQuery
{
    /// <summary>The query without one parameter, everything else byte for byte as it was; empty when nothing is left.</summary>
    /// <param name="query">With or without its question mark.</param>
    /// <param name="name">The parameter's decoded name.</param>
    public static string Without(string query, string name) => string.Join(
        '&',
        query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Where(pair => RequestQuery.Parse(pair) is not [var (given, _)] || given != name));
}
