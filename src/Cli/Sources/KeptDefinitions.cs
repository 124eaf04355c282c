using HttpSd.Core.Definitions;

namespace HttpSd.Cli.Sources;

/// <summary>
/// What the store has and no file declares may go when its file is gone, or was read whole and doesn't declare it.
/// A file that can't be read says nothing: at a start, too, nobody's targets go because of it.
/// </summary>
internal static class KeptDefinitions
{
    /// <summary>The definitions that stay, each with why.</summary>
    /// <param name="snapshot">What the files declare.</param>
    /// <param name="stored">What the store has.</param>
    public static IReadOnlyList<(GeneratorDefinition Definition, string Why)> Find(
        SourceSnapshot snapshot, IReadOnlyCollection<GeneratorDefinition> stored)
    {
        var paths = snapshot.Generators.Select(g => g.Definition.Path).ToHashSet(StringComparer.Ordinal);
        var names = snapshot.Reading.Files.SelectMany(f => f.Generators).Select(g => g.Identity).ToHashSet(StringComparer.Ordinal);
        var known = stored.Select(d => d.Name).Concat(names).ToHashSet(StringComparer.Ordinal);
        var files = snapshot.Reading.Files.ToLookup(file => Path.GetFullPath(file.File), StringComparer.Ordinal);
        return
        [
            .. from definition in stored
               where !paths.Contains(definition.Path) && !names.Contains(definition.Name)
               let why = Doubt(snapshot.Reading, files, definition, known)
               where why is not null
               select (definition, why),
        ];
    }

    /// <summary>Whether anything at all is in doubt.</summary>
    public static bool IsPossible(SourceSnapshot snapshot) =>
        snapshot.Reading.Unreadable.Count > 0
        || snapshot.Reading.Files.Any(file => file.IsEmpty || file.AllBroken || file.Broken.Count > 0 || file.Unknown.Count > 0);

    private static string? Doubt(
        SourceReading reading, ILookup<string, SourceFile> files, GeneratorDefinition stored, HashSet<string> known)
    {
        // An object's of a cluster.
        if (stored.Uid.Length > 0)
            return null;
        if (reading.Files.FirstOrDefault(file => file.Broken.Contains(stored.Name)) is { } broken)
            return $"it is broken in {broken.File}";
        // Published before definitions said where they are from: any file that can't be read may be it.
        if (stored.DeclaredIn is not { } origin)
            return reading.Files.Select(file => Doubt(file, known)).FirstOrDefault(why => why is not null);
        if (files[origin].FirstOrDefault() is { } own)
            return Doubt(own, known) ?? (IsPlain(stored, origin) && own is { Generators: [], Unknown.Count: > 0 } ? $"{own.File} holds no list any more" : null);
        return reading.Unreadable.FirstOrDefault(folder => IsBelow(origin, Path.GetFullPath(folder))) is { } unlisted
            ? $"its file is in {unlisted}, which can't be listed"
            : null;
    }

    // A broken document under a name that the store doesn't know may be any of the file's, its name mistyped.
    private static string? Doubt(SourceFile file, HashSet<string> known) =>
        file.IsEmpty ? $"{file.File} is empty"
        : file.AllBroken || file.Broken.Any(name => !known.Contains(name)) ? $"{file.File} is broken"
        : null;

    private static bool IsPlain(GeneratorDefinition stored, string origin) => Path.GetFileName(stored.Name) == Path.GetFileName(origin);

    private static bool IsBelow(string file, string folder) =>
        file.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
