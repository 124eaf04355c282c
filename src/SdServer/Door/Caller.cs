using System.Text.Json.Nodes;

namespace HttpSd.SdServer.Door;

/// <summary>Who the API server says the caller is; a feature of the request.</summary>
/// <param name="Id">A hash of the token: what is known of it is kept under that.</param>
/// <param name="User">The review's <c>user</c>, as it came.</param>
internal sealed record Caller(string Id, JsonObject User);

/// <summary>One thing that may be done to a generator.</summary>
/// <param name="Verb">The verb.</param>
/// <param name="Subresource">What stands behind <c>targetgenerators/</c>.</param>
internal sealed record Right(string Verb, string Subresource)
{
    public static readonly Right List = new("get", "targets");
    public static readonly Right Debug = new("get", "debug");
    public static readonly Right Reload = new("update", "reload");
}
