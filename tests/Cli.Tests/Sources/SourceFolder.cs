using HttpSd.Cli.Sources;
using HttpSd.Core.Targets;

namespace HttpSd.Cli.Tests.Sources;

/// <summary>A folder of its own for each test, gone afterwards.</summary>
internal sealed class SourceFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("httpsd-sources-").FullName;

    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    public SourceFolder With(string relative, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[relative])!);
        File.WriteAllText(this[relative], text);
        return this;
    }

    public TargetListLimits Limits { get; init; } = new();

    public SourceSnapshot Load(params string[] relative) =>
        GeneratorSources.Load(relative.Length == 0 ? [Path] : [.. relative.Select(name => this[name])], Limits);

    public SourceReading Read(params string[] relative) =>
        GeneratorSources.Read(SourceListing.Of(relative.Length == 0 ? [Path] : [.. relative.Select(name => this[name])]), Limits);

    /// <summary>The problems, one a line, with paths below the folder.</summary>
    public IEnumerable<string> Said(SourceSnapshot snapshot) => snapshot.Problems.Select(problem =>
        (problem.Severity == SourceSeverity.Warning ? "warning " : "") + problem.ToString().Replace(Path + "/", "", StringComparison.Ordinal));

    public static string Manifest(string name, string spec = "script: x", string metadata = "") =>
        $"apiVersion: httpsd.io/v1alpha1\nkind: TargetGenerator\nmetadata: {{name: {name}{metadata}}}\nspec:\n  {spec.ReplaceLineEndings("\n  ")}\n";

    public static IEnumerable<string> Paths(SourceSnapshot snapshot) =>
        snapshot.Generators.Select(generator => generator.Definition.Path);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
