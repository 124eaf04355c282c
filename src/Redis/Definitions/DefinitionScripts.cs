namespace HttpSd.Redis.Definitions;

internal static class DefinitionScripts
{
    public static readonly LuaScript Publish = new("publish");
    public static readonly LuaScript Changes = new("changes");
    public static readonly LuaScript Reload = new("reload");
    public static readonly LuaScript Hold = new("hold");
}
