using HttpSd.Cli.Sources.Yaml;

namespace HttpSd.Cli.Sources;

/// <summary>A YAML or JSON file before its documents are made into generators.</summary>
/// <param name="Source">The file.</param>
/// <param name="List">The text of a JSON file whose root is a list, taken as it is.</param>
/// <param name="Documents">The documents of any other.</param>
/// <param name="Problem">Why it, or the rest of it, can't be read.</param>
internal sealed record ParsedFile(
    ListedFile Source, byte[]? List, IReadOnlyList<YamlDocument> Documents, SourceProblem? Problem)
{
    /// <summary>The ConfigMaps among the documents, apart from broken ones.</summary>
    public IEnumerable<YamlMap> ConfigMaps => Documents
        .Where(document => document.Problems.Count == 0)
        .Select(document => document.Root).OfType<YamlMap>()
        .Where(map => ManifestDocument.KindOf(map) == DocumentKind.ConfigMap);

    /// <param name="source">The file.</param>
    /// <param name="maxListBytes">Lists may be larger than manifests.</param>
    public static ParsedFile Parse(ListedFile source, int maxListBytes)
    {
        var (bytes, problem) = SourceText.Read(source.File, Math.Max(maxListBytes, SourceText.MaxManifest));
        if (bytes is null)
            return Broken(source, problem!);
        // Lists are large, and JSON's own messages are better than YAML's about JSON.
        if (source.Ending == ".json" && bytes.AsSpan().TrimStart(" \t\r\n"u8).StartsWith("["u8))
            return new ParsedFile(source, bytes, [], null);

        var (text, undecoded) = SourceText.Decode(bytes);
        if (text is null)
            return Broken(source, undecoded!);
        var (documents, invalid) = YamlComposer.Compose(text);
        if (bytes.Length > SourceText.MaxManifest && documents is not [{ Root: YamlList }])
            return Broken(source, SourceText.TooLarge(bytes.Length, SourceText.MaxManifest));
        return new ParsedFile(
            source,
            null,
            documents,
            invalid is { } found ? new SourceProblem(source.File, found.Line, null, found.Message) : null);
    }

    private static ParsedFile Broken(ListedFile source, string problem) =>
        new(source, null, [], new SourceProblem(source.File, null, null, problem));
}
