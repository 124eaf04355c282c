using HttpSd.Core.Definitions;

namespace HttpSd.Cli.Sources;

/// <summary>
/// Settles which generator a path belongs to. What is written in a manifest goes before what a file's name
/// says; among equals the first keeps the path.
/// </summary>
internal static class PathClaims
{
    public static SourceSnapshot Settle(SourceReading reading)
    {
        var problems = reading.Problems.Concat(reading.Files.SelectMany(file => file.Problems)).ToList();
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        var settled = new Dictionary<SourceGenerator, GeneratorScript>(ReferenceEqualityComparer.Instance);
        ClaimManifests(reading, owners, settled, problems);
        ClaimFiles(reading, owners, settled, problems);

        // In the files' order again, whoever claimed first.
        var generators = reading.Files.SelectMany(file => file.Generators)
            .Where(settled.ContainsKey).Select(generator => settled[generator]).ToList();
        return new SourceSnapshot(generators, problems) { Reading = reading };
    }

    private static void ClaimManifests(
        SourceReading reading,
        Dictionary<string, string> owners,
        Dictionary<SourceGenerator, GeneratorScript> settled,
        List<SourceProblem> problems)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (file, generator) in Claimants(reading, manifests: true))
        {
            var (identity, path) = (generator.Identity, generator.Script.Definition.Path);
            if (!files.TryAdd(identity, file))
                problems.Add(new SourceProblem(
                    file, generator.Line, "metadata.name", $"{identity} was already declared in {files[identity]}"));
            else if (!owners.TryAdd(path, identity))
                problems.Add(Conflict(file, generator, path, owners[path]));
            else
                settled.Add(generator, generator.Script);
        }
    }

    private static void ClaimFiles(
        SourceReading reading,
        Dictionary<string, string> owners,
        Dictionary<SourceGenerator, GeneratorScript> settled,
        List<SourceProblem> problems)
    {
        foreach (var (file, generator) in Claimants(reading, manifests: false))
        {
            var (plain, full) = (generator.Script.Definition.Path, generator.OtherPath!);
            if (owners.TryAdd(plain, file))
            {
                settled.Add(generator, generator.Script);
            }
            else if (owners.TryAdd(full, file))
            {
                problems.Add(new SourceProblem(
                    file, null, null, $"the path '{plain}' belongs to {owners[plain]}, this file's is '{full}'", SourceSeverity.Warning));
                settled.Add(generator, WithPath(generator.Script, full));
            }
            else
            {
                problems.Add(Conflict(file, generator, plain, owners[plain]));
            }
        }
    }

    private static IEnumerable<(string File, SourceGenerator Generator)> Claimants(SourceReading reading, bool manifests) =>
        from file in reading.Files
        from generator in file.Generators
        where generator.OtherPath is null == manifests
        select (file.File, generator);

    private static SourceProblem Conflict(string file, SourceGenerator generator, string path, string owner) => new(
        file,
        generator.Line,
        generator.OtherPath is null ? "spec.path" : null,
        $"PathConflict: '{path}' belongs to {owner}, {generator.Identity} can't have it too");

    private static GeneratorScript WithPath(GeneratorScript script, string path) =>
        DefinitionDigest.Seal(script with { Definition = script.Definition with { Path = path } });
}
