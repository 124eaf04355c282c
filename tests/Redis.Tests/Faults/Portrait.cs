using System.Text.RegularExpressions;
using StackExchange.Redis;

namespace HttpSd.Redis.Tests.Faults;

/// <summary>Everything in a corner as text, without what differs from one time to the next.</summary>
internal static partial class Portrait
{
    public static async Task<string> OfAsync(Corner corner)
    {
        var lines = new List<string>();
        foreach (var key in await corner.KeysAsync())
            lines.Add($"{key}: {await ValueAsync(corner.Db, key)}");
        var text = string.Join('\n', lines).Replace(corner.Prefix, "", StringComparison.Ordinal);
        text = Drawn().Replace(Moment().Replace(text, "T"), "N");
        return string.Join('\n', text.Split('\n').Order(StringComparer.Ordinal));
    }

    private static async Task<string> ValueAsync(IDatabase db, RedisKey key) => await db.KeyTypeAsync(key) switch
    {
        RedisType.String => Text(await db.StringGetAsync(key)),
        RedisType.List => string.Join(" | ", (await db.ListRangeAsync(key)).Select(Text)),
        RedisType.Hash => string.Join(" | ", (await db.HashGetAllAsync(key)).Select(e => $"{e.Name}={Text(e.Value)}").Order(StringComparer.Ordinal)),
        RedisType.SortedSet => string.Join(" | ", (await db.SortedSetRangeByRankAsync(key)).Select(Text).Order(StringComparer.Ordinal)),
        RedisType.Set => string.Join(" | ", (await db.SetMembersAsync(key)).Select(Text).Order(StringComparer.Ordinal)),
        var other => other.ToString(),
    };

    private static string Text(RedisValue value) => value.ToString().ReplaceLineEndings("\\n");

    [GeneratedRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")]
    private static partial Regex Moment();

    // Times, tokens, and ids that are drawn.
    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{10,}(\\.[0-9]+)?")]
    private static partial Regex Drawn();
}
