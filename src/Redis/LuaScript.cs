using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using HttpSd.Redis.History;
using StackExchange.Redis;

namespace HttpSd.Redis;

/// <summary>
/// One of the room's scripts: its file, after the file of functions it shares with its neighbours. The text
/// never varies, so that a server caches each script once.
/// </summary>
internal sealed class LuaScript
{
    private readonly string name, text;
    private readonly byte[] hash;

    public LuaScript(string name, string? shared = null)
    {
        this.name = name;
        text = (shared is null ? "" : Read(shared)) + Read(name);
#pragma warning disable CA5350 // It is what Redis names scripts by.
        hash = SHA1.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350
    }

    /// <summary>Runs the script; every key that it touches must be in <paramref name="keys"/>.</summary>
    public Task<RedisResult> RunAsync(IDatabaseAsync database, RedisKey[] keys, params RedisValue[] arguments) =>
        CallHistory.Of(database.Multiplexer) is { } history
            ? history.RecordAsync(name, keys, arguments, () => CallAsync(database, keys, arguments))
            : CallAsync(database, keys, arguments);

    // By its text the client would look it up, and hash all of it for that at every call.
    private async Task<RedisResult> CallAsync(IDatabaseAsync database, RedisKey[] keys, RedisValue[] arguments)
    {
        try
        {
            return await database.ScriptEvaluateAsync(hash, keys, arguments);
        }
        catch (RedisServerException e) when (e.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            return await database.ScriptEvaluateAsync(text, keys, arguments);
        }
    }

    private static string Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name + ".lua")
            ?? throw new InvalidOperationException($"no script {name}.lua");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
