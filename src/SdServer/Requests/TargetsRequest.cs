using System.Globalization;
using HttpSd.Core.Requests;

namespace HttpSd.SdServer.Requests;

/// <summary>What a request on the targets path asks for.</summary>
/// <param name="RawPath">The path as it was sent, for messages.</param>
/// <param name="RawQuery">The query as it was sent, with its question mark, or empty.</param>
/// <param name="Path">The generator's path or a prefix, decoded, without the trailing slash.</param>
/// <param name="Parameters">The decoded parameters without <c>debug</c> and <c>reload</c>.</param>
/// <param name="Debug"><c>debug=true</c>.</param>
/// <param name="Reload"><c>reload=true</c>.</param>
/// <param name="PollInterval">What the client announced.</param>
/// <param name="Wait">How long a miss may be held; bounded by the caller.</param>
internal sealed record TargetsRequest(
    string RawPath,
    string RawQuery,
    string Path,
    IReadOnlyList<KeyValuePair<string, string>> Parameters,
    bool Debug,
    bool Reload,
    TimeSpan? PollInterval,
    TimeSpan Wait)
{
    public const string IntervalHeader = "X-Prometheus-Refresh-Interval-Seconds";

    // Beyond it a TimeSpan overflows; the policy bounds what is left.
    private const double MaxSeconds = 1e9;

    /// <summary>Reads the request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="below">The decoded path behind <c>/targets</c>: empty, or beginning with a slash.</param>
    public static TargetsRequest Read(HttpRequest request, string below)
    {
        var query = request.QueryString.Value ?? "";
        var parameters = RequestQuery.Parse(query);
        var (debug, reload) = SwitchesOf(parameters);
        return new TargetsRequest(
            RawPathOf(request),
            query,
            Trimmed(below),
            [.. parameters.Where(p => p.Key is not ("debug" or "reload"))],
            debug,
            reload,
            Interval(request),
            PreferWait.Read(request.Headers["Prefer"]));
    }

    /// <summary>What a query says of the two switches; whoever decides by them must read them as this does.</summary>
    public static (bool Debug, bool Reload) Switches(string query) => SwitchesOf(RequestQuery.Parse(query));

    /// <summary>The announced poll interval; null when there is none, or no number.</summary>
    public static TimeSpan? Interval(HttpRequest request) =>
        request.Headers[IntervalHeader] is [{ } text]
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and < MaxSeconds
                ? TimeSpan.FromSeconds(seconds)
                : null;

    /// <summary>The path and the query without one of the two switches, as messages name the request.</summary>
    public string Without(string name)
    {
        var rest = Requests.RawQuery.Without(RawQuery, name);
        return rest.Length == 0 ? RawPath : $"{RawPath}?{rest}";
    }

    private static string Trimmed(string below)
    {
        var path = below.StartsWith('/') ? below[1..] : below;
        return path.EndsWith('/') && path != "/" ? path[..^1] : path;
    }

    private static (bool Debug, bool Reload) SwitchesOf(IReadOnlyList<KeyValuePair<string, string>> parameters) =>
        (IsTrue(parameters, "debug"), IsTrue(parameters, "reload"));

    private static bool IsTrue(IReadOnlyList<KeyValuePair<string, string>> parameters, string name) =>
        parameters.FirstOrDefault(p => p.Key == name).Value == "true";

    private static string RawPathOf(HttpRequest request)
    {
        var raw = request.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()?.RawTarget ?? "";
        return raw.StartsWith('/') ? raw.Split('?')[0] : request.Path.ToUriComponent();
    }
}
