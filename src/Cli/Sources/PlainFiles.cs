using System.Text;
using HttpSd.Cli.Sources.Yaml;
using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Core.Targets;

namespace HttpSd.Cli.Sources;

/// <summary>Files that are generators by themselves, as in the older system: Python scripts and lists. Their place is their path.</summary>
internal static class PlainFiles
{
    private const string Empty = "is empty, or has comments only: a script defines generate_targets(**params)";

    public static SourceFile Python(ListedFile file)
    {
        var (bytes, problem) = SourceText.Read(file.File, GeneratorLimits.MaxScriptBytes);
        if (bytes is null)
            return Broken(file, problem!);
        var (text, undecoded) = SourceText.DecodePython(bytes);
        if (text is null)
            return Broken(file, undecoded!);
        return IsBlank(text)
            ? new SourceFile(file.File, [], [], false, [new SourceProblem(file.File, null, null, Empty)]) { IsEmpty = true }
            : Generator(file, GeneratorRuntime.Python, text, Path.GetFullPath(file.File));
    }

    // Editors cut a file to nothing before they write it; as a script it would fail in every run.
    private static bool IsBlank(string script)
    {
        foreach (var line in script.AsSpan().EnumerateLines())
        {
            if (line.Trim() is not ([] or ['#', ..]))
                return false;
        }

        return true;
    }

    public static SourceFile JsonList(ListedFile file, byte[] json, TargetListLimits limits) => List(file, json, limits, _ => null);

    public static SourceFile YamlList(ListedFile file, YamlDocument document, TargetListLimits limits)
    {
        var (json, invalid) = YamlJson.Write(document.Root);
        var problems = document.Problems.Concat(invalid is { } found ? [found] : [])
            .Select(problem => new SourceProblem(file.File, problem.Line, null, problem.Message)).ToList();
        return problems.Count > 0
            ? new SourceFile(file.File, [], [], true, problems)
            : List(file, json.Span, limits, place => place.Length == 0 ? null : YamlLines.Of(document.Root, place));
    }

    private static SourceFile List(ListedFile file, ReadOnlySpan<byte> json, TargetListLimits limits, Func<string, int?> lineOf)
    {
        // Whoever publishes or checks the list normalises it, and says what is odd about it.
        var result = TargetListBuilder.Build(json, limits with { Normalize = false });
        if (result.List is { } list)
            return Generator(file, GeneratorRuntime.Static, Encoding.UTF8.GetString(list.Body.Span), null);
        var (place, message) = result.Problem!;
        return new SourceFile(file.File, [], [], true, [new SourceProblem(file.File, lineOf(place), place, message)]);
    }

    private static SourceFile Generator(ListedFile file, GeneratorRuntime runtime, string script, string? sourceFile)
    {
        if (GeneratorPath.Problem(file.PlainPath) is { } problem)
            return Broken(file, $"its name can't be a path: {problem}");
        var definition = new GeneratorDefinition
        {
            Path = file.PlainPath,
            Name = file.File,
            DeclaredIn = Path.GetFullPath(file.File),
            Runtime = runtime,
            SourceFile = sourceFile,
        };
        var sealedScript = DefinitionDigest.Seal(new GeneratorScript(definition, script));
        return new SourceFile(file.File, [new SourceGenerator(file.File, sealedScript)], [], false, []);
    }

    private static SourceFile Broken(ListedFile file, string problem) =>
        new(file.File, [], [], true, [new SourceProblem(file.File, null, null, problem)]);
}
