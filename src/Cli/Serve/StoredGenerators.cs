using HttpSd.Cli.Sources;
using HttpSd.Core.Definitions;
using HttpSd.Redis.Definitions;

namespace HttpSd.Cli.Serve;

/// <summary>
/// What the store had when this process began to publish, as long as the files leave in doubt whether it may go.
/// </summary>
internal sealed partial class StoredGenerators(DefinitionStore store, ILogger log)
{
    private IReadOnlyList<GeneratorScript>? kept;
    private HashSet<string> unserved = [];

    /// <summary>Another publisher has the store: what it holds is to be read again.</summary>
    public void Forget() => kept = null;

    /// <summary>What the files declare, and what stays besides.</summary>
    /// <exception cref="Redis.Connection.StoreUnavailableException">Redis can't be reached.</exception>
    public async Task<IReadOnlyList<GeneratorScript>> AddToAsync(SourceSnapshot snapshot, CancellationToken cancellationToken)
    {
        kept = kept is null ? await ReadAsync(snapshot, cancellationToken) : Still(snapshot, kept);
        Tell(snapshot);
        return kept.Count == 0 ? snapshot.Generators : [.. snapshot.Generators, .. kept];
    }

    private static IReadOnlyList<GeneratorScript> Still(SourceSnapshot snapshot, IReadOnlyList<GeneratorScript> kept)
    {
        var found = KeptDefinitions.Find(snapshot, [.. kept.Select(k => k.Definition)]).Select(f => f.Definition.Path).ToHashSet(StringComparer.Ordinal);
        return [.. kept.Where(k => found.Contains(k.Definition.Path))];
    }

    private async Task<IReadOnlyList<GeneratorScript>> ReadAsync(SourceSnapshot snapshot, CancellationToken cancellationToken)
    {
        if (!KeptDefinitions.IsPossible(snapshot))
            return [];
        var stored = await store.ReadAllAsync(cancellationToken);
        var scripts = new List<GeneratorScript>();
        foreach (var (definition, why) in KeptDefinitions.Find(snapshot, [.. stored.Known.Select(k => k.Definition)]))
        {
            if (await store.ReadScriptAsync(definition.Path, cancellationToken) is not { } found)
                continue;
            scripts.Add(found.Script);
            Log.Kept(log, definition.Path, why);
        }

        return scripts;
    }

    private void Tell(SourceSnapshot snapshot)
    {
        var known = kept!.SelectMany(k => new[] { k.Definition.Name, k.Definition.DeclaredIn ?? "" }).ToHashSet(StringComparer.Ordinal);
        var now = UnservedSources.Find(snapshot, known).ToHashSet(StringComparer.Ordinal);
        foreach (var sentence in now.Except(unserved))
            Log.Unserved(log, sentence);
        unserved = now;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} stays as it was published before: {Why}")]
        public static partial void Kept(ILogger logger, string path, string why);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Sentence}")]
        public static partial void Unserved(ILogger logger, string sentence);
    }
}
