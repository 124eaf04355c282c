using HttpSd.Cli.Sources.Yaml;
using HttpSd.Core.Definitions;
using HttpSd.Core.Targets;

namespace HttpSd.Cli.Sources;

/// <summary>Makes a parsed YAML or JSON file into generators.</summary>
internal static class ManifestFile
{
    private const string Empty = "is empty, or has comments only: it declares nothing";

    public static SourceFile Read(ParsedFile parsed, ScriptLookup lookup, TargetListLimits limits)
    {
        var file = parsed.Source;
        if (parsed.List is { } json)
            return PlainFiles.JsonList(file, json, limits);
        if (parsed is { Problem: null, Documents: [{ Root: YamlList } only] } && file.Ending != ".yml")
            return PlainFiles.YamlList(file, only, limits);

        var reading = new Reading(file.File);
        if (parsed.Problem is { } problem)
        {
            reading.AllBroken = true;
            reading.Problems.Add(problem);
        }

        var isEmpty = parsed.Problem is null && parsed.Documents.All(document => IsBlank(document.Root));
        if (isEmpty)
            reading.Problems.Add(new SourceProblem(file.File, null, null, Empty, SourceSeverity.Warning));
        foreach (var document in parsed.Documents)
            ReadDocument(reading, document, file.Ending, lookup, limits);
        return new SourceFile(file.File, reading.Generators, reading.Broken, reading.AllBroken, reading.Problems)
        {
            IsEmpty = isEmpty,
            Unknown = reading.Unknown,
            ConfigMaps = [.. parsed.ConfigMaps],
        };
    }

    private static void ReadDocument(
        Reading reading, YamlDocument document, string ending, ScriptLookup lookup, TargetListLimits limits)
    {
        switch (document.Root)
        {
            case var blank when IsBlank(blank):
                break;
            case YamlList list when ending == ".yml":
                reading.Add(list.Line, "a list is read from .yaml and .json files only, ignored", SourceSeverity.Warning);
                break;
            case YamlMap map when ManifestDocument.KindOf(map) == DocumentKind.Generator:
                ReadGenerator(reading, document, lookup, limits);
                break;
            case YamlMap map when ManifestDocument.KindOf(map) == DocumentKind.Unknown && ManifestDocument.IsGroup(map):
                reading.AllBroken = true;
                reading.Add(map.Line, "a mapping with targets or labels; a list of such groups is expected", SourceSeverity.Error);
                break;
            case YamlMap map when ManifestDocument.KindOf(map) == DocumentKind.Unknown:
                reading.Unknown.Add(new SourceProblem(reading.File, map.Line, null, ManifestDocument.Described(map), SourceSeverity.Warning));
                reading.Problems.Add(reading.Unknown[^1]);
                break;
            case YamlMap:
                break;
            case var other:
                reading.AllBroken = true;
                reading.Add(
                    other.Line,
                    other is YamlList ? "a list is the only document of its file" : "the document is neither a manifest nor a list",
                    SourceSeverity.Error);
                break;
        }
    }

    private static bool IsBlank(YamlNode root) => root is YamlScalar { Text: "", Plain: true };

    private static void ReadGenerator(Reading reading, YamlDocument document, ScriptLookup lookup, TargetListLimits limits)
    {
        var (generator, identity, problems) = ManifestDocument.Read(reading.File, document, lookup, limits);
        reading.Problems.AddRange(problems);
        if (generator is not null)
            reading.Generators.Add(generator);
        else if (identity is not null)
            reading.Broken.Add(identity);
        else
            reading.AllBroken = true;
    }

    private sealed class Reading(string file)
    {
        public string File => file;

        public List<SourceGenerator> Generators { get; } = [];

        public List<string> Broken { get; } = [];

        public List<SourceProblem> Unknown { get; } = [];

        public List<SourceProblem> Problems { get; } = [];

        public bool AllBroken { get; set; }

        public void Add(int line, string message, SourceSeverity severity) =>
            Problems.Add(new SourceProblem(file, line, null, message, severity));
    }
}
