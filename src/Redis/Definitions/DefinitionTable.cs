using HttpSd.Core.Definitions;

namespace HttpSd.Redis.Definitions;

/// <summary>A definition and the revision at which it was published.</summary>
public sealed record PublishedDefinition(GeneratorDefinition Definition, long Revision)
{
    /// <summary>
    /// When its path began, by Redis' clock: an older list is of a generator that was deleted. The epoch's zero
    /// when that is unknown, as after a loss of data.
    /// </summary>
    public DateTimeOffset Since { get; init; } = DateTimeOffset.UnixEpoch;
}

/// <summary>Every definition at one revision; immutable, so that a request reads one state of the world.</summary>
public sealed class DefinitionTable
{
    private readonly Dictionary<string, PublishedDefinition> byPath;
    private readonly string[] sorted;

    /// <summary>A table of these definitions.</summary>
    public DefinitionTable(IEnumerable<PublishedDefinition> definitions)
    {
        byPath = definitions.ToDictionary(d => d.Definition.Path, StringComparer.Ordinal);
        sorted = [.. byPath.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>No definition.</summary>
    public static DefinitionTable Empty { get; } = new([]);

    /// <summary>Every definition, in path order.</summary>
    public IEnumerable<PublishedDefinition> All => sorted.Select(p => byPath[p]);

    /// <summary>How many there are.</summary>
    public int Count => sorted.Length;

    /// <summary>The definition with exactly this path; null when there is none.</summary>
    public PublishedDefinition? Find(string path) => byPath.GetValueOrDefault(path);

    /// <summary>The definitions below a prefix, in path order; all for the empty prefix.</summary>
    public IReadOnlyList<PublishedDefinition> Below(string prefix)
    {
        if (prefix.Length == 0)
            return [.. All];
        var start = prefix + "/";
        var index = Array.BinarySearch(sorted, start, StringComparer.Ordinal);
        var found = new List<PublishedDefinition>();
        for (var i = index < 0 ? ~index : index; i < sorted.Length && sorted[i].StartsWith(start, StringComparison.Ordinal); i++)
            found.Add(byPath[sorted[i]]);
        return found;
    }
}
