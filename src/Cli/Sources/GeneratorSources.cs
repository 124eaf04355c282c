using HttpSd.Cli.Sources.Yaml;
using HttpSd.Core.Targets;

namespace HttpSd.Cli.Sources;

/// <summary>Loads what <c>httpsd serve</c> and <c>httpsd check</c> are given: manifests, scripts and lists, in files and folders.</summary>
internal static class GeneratorSources
{
    /// <summary>The generators with their paths settled, and everything that is wrong.</summary>
    public static SourceSnapshot Load(IReadOnlyList<string> paths, TargetListLimits limits) =>
        PathClaims.Settle(Read(SourceListing.Of(paths), limits), []);

    /// <summary>The files as they are, for <see cref="LastGoodSources"/>.</summary>
    /// <param name="listing">The files.</param>
    /// <param name="limits">What a list may be.</param>
    /// <param name="held">Files that are not looked into now, because someone writes to them, as they were.</param>
    public static SourceReading Read(
        SourceListing listing, TargetListLimits limits, IReadOnlyDictionary<string, SourceFile>? held = null)
    {
        var problems = listing.Problems.ToList();
        var parsed = listing.Files
            .Where(file => file.IsSource && file.Ending != ".py" && held?.ContainsKey(file.File) != true)
            .ToDictionary(file => file.File, file => ParsedFile.Parse(file, limits.MaxBytes));

        // A manifest may refer to a ConfigMap of any file, so these come first.
        var scripts = new ConfigMapScripts();
        foreach (var file in listing.Files)
            if (parsed.TryGetValue(file.File, out var documents))
                problems.AddRange(AddConfigMaps(scripts, documents));
        foreach (var map in (held?.Values ?? []).SelectMany(file => file.ConfigMaps))
            scripts.Add(map);

        var files = new List<SourceFile>();
        foreach (var file in listing.Files)
            if (held?.GetValueOrDefault(file.File) is { } asItWas)
                files.Add(asItWas);
            else if (parsed.TryGetValue(file.File, out var documents))
                files.Add(ManifestFile.Read(documents, scripts.Find, limits));
            else if (file.IsSource)
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
