using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Operator.Reconcile;

namespace HttpSd.Operator.Store;

/// <summary>Stored definitions by path and by the name of their object.</summary>
internal sealed class DefinitionIndex
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, StoredDefinition> byPath = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> fullPaths = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> pools = new(StringComparer.Ordinal);

    public IReadOnlyList<StoredDefinition> All
    {
        get
        {
            lock (gate)
                return [.. byPath.Values];
        }
    }

    public StoredDefinition? At(string path)
    {
        lock (gate)
            return byPath.GetValueOrDefault(path);
    }

    /// <summary>What is stored under a name, wherever, and what is stored at a path, whoever's it is.</summary>
    public IReadOnlyList<StoredDefinition> Of(string name, string? path)
    {
        lock (gate)
        {
            var paths = byName.GetValueOrDefault(name) is { } own ? own.Order(StringComparer.Ordinal).ToList() : [];
            if (path is not null && byPath.ContainsKey(path) && !paths.Contains(path))
                paths.Add(path);
            return [.. paths.Select(p => byPath[p])];
        }
    }

    /// <summary>The canonical full path of the variant without parameters; null when nothing is stored at the path.</summary>
    public string? FullPath(string path)
    {
        lock (gate)
            return fullPaths.GetValueOrDefault(path);
    }

    /// <summary>The pool of the generator whose result without parameters is kept there; null when none is stored.</summary>
    public string? PoolOf(string fullPath)
    {
        lock (gate)
            return pools.GetValueOrDefault(fullPath);
    }

    /// <summary>The pools that stored definitions name.</summary>
    public IReadOnlyCollection<string> Pools
    {
        get
        {
            lock (gate)
                return pools.Values.ToHashSet(StringComparer.Ordinal);
        }
    }

    public void Put(GeneratorDefinition definition)
    {
        lock (gate)
        {
            Add(new StoredDefinition(
                definition.Path,
                definition.Name,
                definition.Uid,
                definition.Hash,
                Runs: !definition.Suspend && definition.Runtime != GeneratorRuntime.Static));
            var fullPath = FullPathOf(definition);
            (fullPaths[definition.Path], pools[fullPath]) = (fullPath, definition.WorkerPool);
        }
    }

    /// <summary>It is about to be stored at a path where nothing is: whether that succeeds may never be known.</summary>
    public void Doubt(GeneratorDefinition definition)
    {
        lock (gate)
        {
            if (!byPath.ContainsKey(definition.Path))
                Add(new StoredDefinition(definition.Path, definition.Name, definition.Uid, Hash: "", Doubtful: true));
        }
    }

    public void Remove(string path)
    {
        lock (gate)
            Take(path);
    }

    public void Replace(IEnumerable<GeneratorDefinition> definitions)
    {
        lock (gate)
        {
            byPath.Clear();
            byName.Clear();
            fullPaths.Clear();
            pools.Clear();
            foreach (var definition in definitions)
                Put(definition);
        }
    }

    /// <summary>Where the result of the run without parameters is kept.</summary>
    public static string FullPathOf(GeneratorDefinition definition) =>
        (ParameterRules.Resolve(definition, []).Key ?? new RequestKey(definition.Path, [])).FullPath;

    private void Add(StoredDefinition stored)
    {
        Take(stored.Path);
        byPath[stored.Path] = stored;
        if (!byName.TryGetValue(stored.Name, out var paths))
            byName[stored.Name] = paths = new HashSet<string>(StringComparer.Ordinal);
        paths.Add(stored.Path);
    }

    private void Take(string path)
    {
        if (fullPaths.Remove(path, out var fullPath))
            pools.Remove(fullPath);
        if (!byPath.Remove(path, out var before) || !byName.TryGetValue(before.Name, out var paths))
            return;
        paths.Remove(path);
        if (paths.Count == 0)
            byName.Remove(before.Name);
    }
}
