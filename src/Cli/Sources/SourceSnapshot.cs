using HttpSd.Cli.Sources.Yaml;
using HttpSd.Core.Definitions;

namespace HttpSd.Cli.Sources;

/// <summary>What the paths given hold at one moment.</summary>
internal sealed record SourceSnapshot(
    IReadOnlyList<GeneratorScript> Generators, IReadOnlyList<SourceProblem> Problems)
{
    /// <summary>File by file, before paths were settled: what the next snapshot is merged with.</summary>
    public required SourceReading Reading { get; init; }
}

/// <summary>The files that were read.</summary>
/// <param name="Files">In the order in which they claim their paths.</param>
/// <param name="Unreadable">Folders that could not be listed: whether their files still exist is not known.</param>
/// <param name="Problems">Problems of no file in particular.</param>
internal sealed record SourceReading(
    IReadOnlyList<SourceFile> Files, IReadOnlyList<string> Unreadable, IReadOnlyList<SourceProblem> Problems);

/// <summary>One file.</summary>
/// <param name="File">The file, as the paths given lead to it.</param>
/// <param name="Generators">What is good in it.</param>
/// <param name="Broken">The identities of what is not.</param>
/// <param name="AllBroken">The file can't be parsed, or a broken document doesn't say its name.</param>
/// <param name="Problems">What is wrong with it.</param>
internal sealed record SourceFile(
    string File,
    IReadOnlyList<SourceGenerator> Generators,
    IReadOnlyList<string> Broken,
    bool AllBroken,
    IReadOnlyList<SourceProblem> Problems)
{
    /// <summary>There is nothing in it but blanks and comments.</summary>
    public bool IsEmpty { get; init; }

    /// <summary>The warnings of documents of a kind that means nothing here.</summary>
    public IReadOnlyList<SourceProblem> Unknown { get; init; } = [];

    /// <summary>What <c>scriptFrom</c> of any file may refer to.</summary>
    public IReadOnlyList<YamlMap> ConfigMaps { get; init; } = [];

    /// <summary>
    /// The file as it was when nothing in it was kept for something that can't be told; null: it is so now.
    /// </summary>
    public SourceFile? Usual { get; init; }
}

/// <summary>One generator of a file.</summary>
/// <param name="Identity"><c>namespace/name</c> of a manifest, the file of any other.</param>
/// <param name="Script">The generator.</param>
/// <param name="Line">Where it begins.</param>
/// <param name="Created">A manifest's creationTimestamp, when it was written out of a cluster.</param>
internal sealed record SourceGenerator(
    string Identity, GeneratorScript Script, int? Line = null, DateTimeOffset? Created = null);
