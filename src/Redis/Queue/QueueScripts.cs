namespace HttpSd.Redis.Queue;

internal static class QueueScripts
{
    private const string Shared = "queue-shared";

    public static readonly LuaScript Enqueue = new("enqueue", Shared);
    public static readonly LuaScript Claim = new("claim", Shared);
    public static readonly LuaScript Beat = new("beat", Shared);
    public static readonly LuaScript Finish = new("finish", Shared);
    public static readonly LuaScript Sweep = new("sweep", Shared);
    public static readonly LuaScript Cancel = new("cancel", Shared);
    public static readonly LuaScript Floor = new("floor", Shared);
    public static readonly LuaScript Job = new("job", Shared);
    public static readonly LuaScript Totals = new("totals", Shared);
    public static readonly LuaScript Running = new("running", Shared);
}
