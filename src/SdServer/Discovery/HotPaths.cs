using System.Collections.Concurrent;
using HttpSd.Core.Requests;
using HttpSd.Redis.Definitions;

namespace HttpSd.SdServer.Discovery;

/// <summary>A raw request target that needs no decoding: exactly a generator's path, no query.</summary>
internal sealed record HotPath(PublishedDefinition Generator, RequestKey Key);

/// <summary>The targets that were asked for so far, for one table of definitions; a new table begins anew.</summary>
internal sealed class HotPaths(DefinitionWatcher definitions)
{
    private volatile Known known = new(DefinitionTable.Empty);

    public HotPath? Find(string rawTarget)
    {
        var now = known;
        return ReferenceEquals(now.Table, definitions.Table) && now.Paths.TryGetValue(rawTarget, out var found) ? found : null;
    }

    /// <summary>Remembers a target; callers pass only targets made of a generator's path, so there are few.</summary>
    public void Add(DefinitionTable table, string rawTarget, HotPath path)
    {
        if (!ReferenceEquals(known.Table, table))
            known = new Known(table);
        known.Paths[rawTarget] = path;
    }

    private sealed class Known(DefinitionTable table)
    {
        public DefinitionTable Table { get; } = table;

        public ConcurrentDictionary<string, HotPath> Paths { get; } = new(StringComparer.Ordinal);
    }
}
