using System.Globalization;
using System.Text.Json;
using HttpSd.Cli.Sources.Yaml;
using HttpSd.Core;
using HttpSd.Core.Definitions;
using HttpSd.Core.Targets;

namespace HttpSd.Cli.Sources;

/// <summary>What a document of a manifest file is, by its <c>apiVersion</c> and <c>kind</c>.</summary>
internal enum DocumentKind
{
    Generator,
    ConfigMap,

    /// <summary>Another kind of this system that means nothing without a cluster.</summary>
    Ignored,
    Unknown,
}

/// <summary>Reads one TargetGenerator document.</summary>
internal static class ManifestDocument
{
    public static DocumentKind KindOf(YamlMap document)
    {
        var version = (document["apiVersion"] as YamlScalar)?.Text ?? "";
        var kind = (document["kind"] as YamlScalar)?.Text ?? "";
        var ours = version.StartsWith("httpsd.io/", StringComparison.Ordinal);
        return kind switch
        {
            "ConfigMap" when version == "v1" => DocumentKind.ConfigMap,
            "WorkerPool" when ours => DocumentKind.Ignored,
            // The reader says what is wrong with either of the two.
            TargetGeneratorReader.Kind => DocumentKind.Generator,
            _ when ours => DocumentKind.Generator,
            _ => DocumentKind.Unknown,
        };
    }

    public static string Described(YamlMap document) => document["kind"] is YamlScalar { Text.Length: > 0 } kind
        ? $"kind '{Excerpt.Of(kind.Text)}' is not known here, ignored"
        : "a mapping without apiVersion and kind, ignored";

    /// <summary>Meant as a target group, whose list has lost its beginning.</summary>
    public static bool IsGroup(YamlMap document) =>
        document["kind"] is null && (document["targets"] is not null || document["labels"] is not null);

    /// <summary>
    /// The generator, or its problems with their lines, and the identity when the document says one: a name that is
    /// wrong is nobody's.
    /// </summary>
    public static (SourceGenerator? Generator, string? Identity, IReadOnlyList<SourceProblem> Problems) Read(
        string file, YamlDocument document, ScriptLookup lookup, TargetListLimits limits)
    {
        var root = (YamlMap)document.Root;
        var (json, invalid) = YamlJson.Write(root);
        var problems = document.Problems.Concat(invalid is { } found ? [found] : [])
            .Select(problem => new SourceProblem(file, problem.Line, null, problem.Message)).ToList();
        if (invalid is not null)
            return (null, null, problems);

        using var parsed = JsonDocument.Parse(json);
        var result = TargetGeneratorReader.Read(parsed.RootElement, lookup, limits);
        problems.AddRange(result.Problems.Select(problem =>
            new SourceProblem(file, YamlLines.Of(root, problem.Field), problem.Field, problem.Message)));
        var named = result.Name.Length > 0 && !result.Problems.Any(p => p.Field.StartsWith("metadata", StringComparison.Ordinal));
        var identity = named ? $"{result.Namespace}/{result.Name}" : null;
        return result.Generator is { } script && problems.Count == 0
            ? (new SourceGenerator(identity!, DeclaredIn(file, script), Line: root.Line, Created: CreatedAt(root)), identity, problems)
            : (null, identity, problems);
    }

    private static GeneratorScript DeclaredIn(string file, GeneratorScript script) =>
        script with { Definition = script.Definition with { DeclaredIn = Path.GetFullPath(file) } };

    private static DateTimeOffset? CreatedAt(YamlMap root) =>
        root["metadata"] is YamlMap metadata && metadata["creationTimestamp"] is YamlScalar stamp
        && DateTimeOffset.TryParse(stamp.Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var created)
            ? created
            : null;
}
