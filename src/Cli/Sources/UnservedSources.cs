namespace HttpSd.Cli.Sources;

/// <summary>Says what a broken file costs: with no good version known its paths don't answer.</summary>
internal static class UnservedSources
{
    /// <param name="snapshot">What the files declare, with last good generators.</param>
    /// <param name="kept">The names, and the files, of what the store had.</param>
    public static IEnumerable<string> Find(SourceSnapshot snapshot, IReadOnlySet<string> kept)
    {
        foreach (var file in snapshot.Reading.Files.Where(f => f.Problems.Any(p => p.Severity == SourceSeverity.Error)))
        {
            var served = file.Generators.Select(generator => generator.Identity).ToHashSet(StringComparer.Ordinal);
            foreach (var name in file.Broken.Where(name => !served.Contains(name) && !kept.Contains(name)))
                yield return $"{name} in {file.File} is not served: no good version of it is known";
            if (file is { Generators: [], Broken: [] } && !kept.Contains(Path.GetFullPath(file.File)))
                yield return $"Nothing of {file.File} is served: no good version of it is known";
        }
    }
}
