using HttpSd.Redis.Definitions;
using HttpSd.SdServer.Memory;
using HttpSd.SdServer.Reload;

namespace HttpSd.SdServer.Metrics;

/// <summary>When generators go, their lists and their series go.</summary>
internal sealed class DefinitionCleanup
{
    public DefinitionCleanup(DefinitionWatcher definitions, ListMemory memory, ReloadMarks reloads, ServerMetrics metrics)
    {
        definitions.Changed += () =>
        {
            var table = definitions.Table;
            memory.RemoveWhere(slot => table.Find(slot.Path) is null);
            reloads.RemoveWhere(path => table.Find(path) is null);
            metrics.RemoveWhere(path => table.Find(path) is null && table.Below(path).Count == 0);
        };
    }
}
