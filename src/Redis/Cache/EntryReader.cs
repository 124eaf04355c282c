using System.Globalization;
using System.Text.Json;
using HttpSd.Core.Freshness;
using StackExchange.Redis;

namespace HttpSd.Redis.Cache;

/// <summary>Turns READ's answer into an entry.</summary>
internal static class EntryReader
{
    // What PTTL says of a key that isn't there.
    private const int Gone = -2;

    public static CacheEntry Read(RedisResult[] answer)
    {
        string Text(int i) => (string?)answer[i] ?? "";
        long Number(int i) => long.TryParse(Text(i), CultureInfo.InvariantCulture, out var n) ? n : 0;
        DateTimeOffset Time(int i) => DateTimeOffset.FromUnixTimeMilliseconds(Number(i));
        TimeSpan Span(int i) => TimeSpan.FromMilliseconds(Number(i));

        var now = Time(0);
        var kept = Number(17);
        var result = Text(1).Length > 0 && kept > Gone
            ? new CachedResult(
                Text(1), new CachedTimes(Time(2), Span(3), Span(4)), (int)Number(5), (int)Number(6), Span(7), Text(8), Strings(Text(9)))
            {
                Token = Number(15),
                ChangedAt = Number(18) > 0 ? Time(18) : Time(2),
                KeptUntil = kept >= 0 ? now.AddMilliseconds(kept) : DateTimeOffset.MaxValue,
            }
            : null;
        var error = Text(10).Length > 0 && Time(12) > now ? Error(Text(10), Time(11)) : null;
        return new CacheEntry(now, result, error, (int)Number(13), Number(14) > 0 ? Time(14) : null) { Cleared = Number(16) };
    }

    public static string WriteError(CachedError error) => JsonSerializer.Serialize(new StoredError(
        error.Type, error.Message, error.Traceback, error.LogTail, error.WorkerId, error.JobId, error.Took.TotalSeconds));

    private static CachedError? Error(string json, DateTimeOffset at)
    {
        var e = JsonSerializer.Deserialize<StoredError>(json);
        return e is null
            ? null
            : new CachedError(at, e.Type, e.Message, e.Traceback, e.Log, e.Worker, e.Job, TimeSpan.FromSeconds(e.Took));
    }

    private static string[] Strings(string json) =>
        json.Length == 0 ? [] : JsonSerializer.Deserialize<string[]>(json) ?? [];

    private sealed record StoredError(
        string Type, string Message, string Traceback, string Log, string Worker, string Job, double Took);
}
