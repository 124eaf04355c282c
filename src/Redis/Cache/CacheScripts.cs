namespace HttpSd.Redis.Cache;

internal static class CacheScripts
{
    private const string Shared = "cache-shared";

    public static readonly LuaScript Commit = new("commit", Shared);
    public static readonly LuaScript Fail = new("fail", Shared);
    public static readonly LuaScript Clear = new("clear", Shared);
    public static readonly LuaScript Delete = new("delete", Shared);
    public static readonly LuaScript Raise = new("raise", Shared);
    public static readonly LuaScript Read = new("read", Shared);
    public static readonly LuaScript Admit = new("admit");
    public static readonly LuaScript Touch = new("touch");
}
