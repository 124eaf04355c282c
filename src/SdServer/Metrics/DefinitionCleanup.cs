using HttpSd.Redis.Definitions;
using HttpSd.SdServer.Memory;

namespace HttpSd.SdServer.Metrics;

/// <summary>When generators go, their lists and their series go.</summary>
internal sealed class DefinitionCleanup
{
    public DefinitionCleanup(DefinitionWatcher definitions, ListMemory memory, ServerMetrics metrics)
    {
        definitions.Changed += () =>
        {
            var table = definitions.Table;
            memory.RemoveWhere(slot => table.Find(slot.Path) is null);
            metrics.RemoveWhere(path => table.Find(path) is null && table.Below(path).Count == 0);
        };
    }
}
