using HttpSd.Cli.Sources.Yaml;

namespace HttpSd.Cli.Sources;

/// <summary>Loads what <c>httpsd serve</c> and <c>httpsd check</c> are given: manifests, scripts and lists, in files and folders.</summary>
internal static class GeneratorSources
{
    /// <summary>The generators with their paths settled, and everything that is wrong.</summary>
    public static SourceSnapshot Load(IReadOnlyList<string> paths) => PathClaims.Settle(Read(paths), []);

    /// <summary>The files as they are, for <see cref="LastGoodSources"/>.</summary>
    public static SourceReading Read(IReadOnlyList<string> paths)
    {
        var listing = SourceListing.Of(paths);
        var problems = listing.Problems.ToList();
        var parsed = listing.Files
            .Where(file => file.Ending is ".yaml" or ".yml" or ".json")
            .ToDictionary(file => file, ParsedFile.Parse);

        // A manifest may refer to a ConfigMap of any file, so these come first.
        var scripts = new ConfigMapScripts();
        foreach (var file in listing.Files)
            if (parsed.TryGetValue(file, out var documents))
                problems.AddRange(AddConfigMaps(scripts, documents));

        var files = new List<SourceFile>();
        foreach (var file in listing.Files)
            if (parsed.TryGetValue(file, out var documents))
                files.Add(ManifestFile.Read(documents, scripts.Find));
            else if (file.Ending == ".py")
                files.Add(PlainFiles.Python(file));
            else
                problems.Add(new SourceProblem(
                    file.File, null, null, "is neither .yaml, .yml, .json nor .py, ignored", SourceSeverity.Warning));
        return new SourceReading(files, listing.Unreadable, problems);
    }

    private static IEnumerable<SourceProblem> AddConfigMaps(ConfigMapScripts scripts, ParsedFile file)
    {
        foreach (var document in file.Documents)
        {
            if (document.Root is not YamlMap map || ManifestDocument.KindOf(map) != DocumentKind.ConfigMap)
                continue;
            if (document.Problems is [var (line, message), ..])
                yield return new SourceProblem(file.Source.File, line, null, message);
            else if (scripts.Add(map) is { } problem)
                yield return new SourceProblem(file.Source.File, map.Line, null, problem);
        }
    }
}
