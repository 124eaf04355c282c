using System.Reflection;
using HttpSd.Redis.History;
using StackExchange.Redis;

namespace HttpSd.Redis;

/// <summary>
/// One of the room's scripts: its file, after the file of functions it shares with its neighbours. The text
/// never varies, so that a server caches each script once.
/// </summary>
internal sealed class LuaScript(string name, string? shared = null)
{
    private readonly string text = (shared is null ? "" : Read(shared)) + Read(name);

    /// <summary>Runs the script; every key that it touches must be in <paramref name="keys"/>.</summary>
    public Task<RedisResult> RunAsync(IDatabaseAsync database, RedisKey[] keys, params RedisValue[] arguments) =>
        CallHistory.Of(database.Multiplexer) is { } history
            ? history.RecordAsync(name, keys, arguments, () => database.ScriptEvaluateAsync(text, keys, arguments))
            : database.ScriptEvaluateAsync(text, keys, arguments);

    private static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name + ".lua")
            ?? throw new InvalidOperationException($"no script {name}.lua");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
