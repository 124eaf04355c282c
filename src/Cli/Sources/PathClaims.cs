using HttpSd.Core.Definitions;

namespace HttpSd.Cli.Sources;

/// <summary>
/// Settles which generator a path belongs to: who serves it keeps it. Where nobody does, a manifest goes before
/// a file that is a generator by itself, an older creationTimestamp before a younger one and before none, then
/// the name decides.
/// </summary>
internal static class PathClaims
{
    /// <param name="reading">The files.</param>
    /// <param name="served">The generators served until now; empty at the start.</param>
    public static SourceSnapshot Settle(SourceReading reading, IReadOnlyList<GeneratorScript> served)
    {
        var problems = reading.Problems.Concat(reading.Files.SelectMany(file => file.Problems)).ToList();
        var holders = served.ToDictionary(s => s.Definition.Path, s => s.Definition.Name, StringComparer.Ordinal);
        var owners = new Dictionary<string, Claimant>(StringComparer.Ordinal);
        var settled = new Dictionary<SourceGenerator, GeneratorScript>(ReferenceEqualityComparer.Instance);
        var ordered = Claimants(reading, problems)
            .OrderBy(claimant => Rank(claimant.Generator, holders))
            .ThenBy(claimant => claimant.Generator.OtherPath is not null)
            .ThenBy(claimant => claimant.Generator.Created ?? DateTimeOffset.MaxValue)
            .ThenBy(claimant => claimant.Generator.Identity, StringComparer.Ordinal);
        foreach (var claimant in ordered)
        {
            if (Claim(claimant, owners, problems) is { } script)
                settled.Add(claimant.Generator, script);
        }

        // In the files' order again, whoever claimed first.
        var generators = reading.Files.SelectMany(file => file.Generators)
            .Where(settled.ContainsKey).Select(generator => settled[generator]).ToList();
        return new SourceSnapshot(generators, problems) { Reading = reading };
    }

    // A file that serves its longer path is older than any newcomer, but must not pass the plain path's holder.
    private static int Rank(SourceGenerator generator, Dictionary<string, string> holders)
    {
        if (holders.GetValueOrDefault(generator.Script.Definition.Path) == generator.Identity)
            return 0;
        return generator.OtherPath is { } other && holders.GetValueOrDefault(other) == generator.Identity ? 1 : 2;
    }

    private static GeneratorScript? Claim(
        Claimant claimant, Dictionary<string, Claimant> owners, List<SourceProblem> problems)
    {
        var (file, generator) = claimant;
        var path = generator.Script.Definition.Path;
        if (owners.TryAdd(path, claimant))
            return generator.Script;

        if (generator.OtherPath is { } other && owners.TryAdd(other, claimant))
        {
            problems.Add(new SourceProblem(
                file, null, null, $"the path '{path}' belongs to {owners[path]}, this file's is '{other}'", SourceSeverity.Warning));
            return DefinitionDigest.Seal(generator.Script with { Definition = generator.Script.Definition with { Path = other } });
        }

        problems.Add(new SourceProblem(
            file,
            generator.Line,
            generator.OtherPath is null ? "spec.path" : null,
            $"PathConflict: '{path}' belongs to {owners[path]}; {generator.Identity} gets it when that one goes: "
                + "give one of them another path, or delete one"));
        return null;
    }

    private static List<Claimant> Claimants(SourceReading reading, List<SourceProblem> problems)
    {
        var claimants = new List<Claimant>();
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in reading.Files)
        {
            foreach (var generator in file.Generators)
            {
                if (files.TryAdd(generator.Identity, file.File))
                    claimants.Add(new Claimant(file.File, generator));
                else
                    problems.Add(new SourceProblem(
                        file.File,
                        generator.Line,
                        "metadata.name",
                        $"{generator.Identity} was already declared in {files[generator.Identity]}"));
            }
        }

        return claimants;
    }

    private sealed record Claimant(string File, SourceGenerator Generator)
    {
        public override string ToString() =>
            Generator.OtherPath is null ? $"{Generator.Identity} in {File}" : File;
    }
}
