using HttpSd.Core.Definitions;
using HttpSd.Redis.Definitions;

namespace HttpSd.Worker.Agent;

/// <summary>The scripts used last; read from Redis when the definition in memory has another hash.</summary>
internal sealed class ScriptCache(DefinitionStore store)
{
    private const int Most = 256;

    private readonly Dictionary<string, GeneratorScript> scripts = new(StringComparer.Ordinal);
    private readonly Queue<string> order = new();
    private readonly Lock gate = new();

    /// <summary>The script of the definition, or of a newer one with that path; null when it is gone.</summary>
    public async Task<GeneratorScript?> ReadAsync(GeneratorDefinition definition, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (scripts.TryGetValue(definition.Path, out var cached) && cached.Definition.Hash == definition.Hash)
                return cached;
        }
        if (await store.ReadScriptAsync(definition.Path, cancellationToken) is not { } read)
            return null;
        lock (gate)
        {
            if (!scripts.ContainsKey(definition.Path))
                order.Enqueue(definition.Path);
            scripts[definition.Path] = read.Script;
            if (scripts.Count > Most)
                scripts.Remove(order.Dequeue());
        }
        return read.Script;
    }
}
