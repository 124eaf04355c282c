using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace HttpSd.Redis;

/// <summary>
/// One of the room's scripts: its file, after the file of functions it shares with its neighbours. The text
/// never varies, so that a server caches each script once.
/// </summary>
internal sealed class LuaScript
{
    private readonly string text;
    private readonly byte[] hash;

    public LuaScript(string name, string? shared = null)
    {
        text = (shared is null ? "" : Read(shared)) + Read(name);
#pragma warning disable CA5350 // It is what Redis names scripts by.
        hash = SHA1.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350
    }

    /// <summary>Runs the script; every key that it touches must be in <paramref name="keys"/>.</summary>
    public async Task<RedisResult> RunAsync(IDatabaseAsync database, RedisKey[] keys, params RedisValue[] arguments)
    {
        try
        {
            // By its text the client would look it up, which costs as much as the rest of a call.
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
