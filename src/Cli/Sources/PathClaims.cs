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
        var settled = new HashSet<SourceGenerator>(ReferenceEqualityComparer.Instance);
        var ordered = Claimants(reading, problems)
            .OrderBy(claimant => holders.GetValueOrDefault(claimant.Path) != claimant.Generator.Identity)
            .ThenBy(claimant => claimant.IsPlainFile)
            .ThenBy(claimant => claimant.Generator.Created ?? DateTimeOffset.MaxValue)
            .ThenBy(claimant => claimant.Generator.Identity, StringComparer.Ordinal);
        foreach (var claimant in ordered)
        {
            if (owners.TryAdd(claimant.Path, claimant))
                settled.Add(claimant.Generator);
            else
                problems.Add(Conflict(claimant, owners[claimant.Path]));
        }

        // In the files' order again, whoever claimed first.
        var generators = reading.Files.SelectMany(file => file.Generators)
            .Where(settled.Contains).Select(generator => generator.Script).ToList();
        return new SourceSnapshot(generators, problems) { Reading = reading };
    }

    private static SourceProblem Conflict(Claimant claimant, Claimant owner) => new(
        claimant.File,
        claimant.Generator.Line,
        claimant.IsPlainFile ? null : "spec.path",
        $"PathConflict: '{claimant.Path}' belongs to {owner}; {(claimant.IsPlainFile ? claimant.File : claimant.Generator.Identity)} gets it when that one goes: "
            + (claimant.IsPlainFile ? "rename one of them, or delete one" : "give one of them another path, or delete one"));

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
        public string Path => Generator.Script.Definition.Path;

        public bool IsPlainFile => Generator.Identity == File;

        public override string ToString() => IsPlainFile ? File : $"{Generator.Identity} in {File}";
    }
}
