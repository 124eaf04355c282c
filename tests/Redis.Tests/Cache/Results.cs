using System.Text;
using HttpSd.Redis.Cache;

namespace HttpSd.Redis.Tests.Cache;

/// <summary>Results and errors to store.</summary>
internal static class Results
{
    public const string FullPath = "/targets/a?env=prod";

    public static ResultCommit Of(long token, string text = "[]", string fullPath = FullPath) => new(
        fullPath,
        token,
        ETag(text),
        Encoding.UTF8.GetBytes(text),
        BodyGzip.Compress(Encoding.UTF8.GetBytes(text)),
        CacheTtl: TimeSpan.FromMinutes(5),
        StaleTtl: TimeSpan.FromMinutes(1),
        Retention: TimeSpan.FromHours(24),
        Targets: 3,
        Groups: 2,
        Took: TimeSpan.FromMilliseconds(1234),
        DefinitionHash: "abc",
        Warnings: ["[0]: a scheme"]);

    public static string ETag(string text) =>
        $"\"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16]}\"";

    public static CachedError Error(string message = "boom") => new(
        default, "ScriptError", message, "line 1\nline 2", "log", "worker-1", "job-1", TimeSpan.FromSeconds(1.5));

    public static Task<CommitOutcome> CommitAsync(this Corner corner, long token, string text = "[]") =>
        corner.Cache.CommitAsync(Of(token, text), Corner.Stop);

    public static Task<CommitOutcome> FailAsync(
        this Corner corner, long token, string message = "boom", int errorTtlMs = 60_000, int backoffMs = 10_000) =>
        corner.Cache.FailAsync(
            FullPath, token, Error(message), TimeSpan.FromMilliseconds(errorTtlMs), TimeSpan.FromMilliseconds(backoffMs), Corner.Stop);

    public static Task<CacheEntry> ReadAsync(this Corner corner) => corner.Cache.ReadAsync(FullPath, Corner.Stop);

    public static Task<ClearResult> ClearAsync(this Corner corner, long floor) => corner.Cache.ClearAsync(FullPath, floor, Corner.Stop);

    /// <summary>The body under the ETag that the meta names, as text; null when there is none.</summary>
    public static async Task<string?> BodyAsync(this Corner corner)
    {
        var result = (await corner.ReadAsync()).Result;
        var body = result is null ? null : await corner.Cache.ReadBodyAsync(FullPath, result.ETag, Corner.Stop);
        return body is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;
    }
}
