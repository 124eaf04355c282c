namespace HttpSd.Cli.Sources;

/// <summary>
/// A file that is broken for the moment keeps what was good in it: someone is editing, and their targets
/// must not go. What was deleted goes.
/// </summary>
internal static class LastGoodSources
{
    /// <summary>The new reading, with the last good generators of what is broken in it.</summary>
    /// <param name="last">The snapshot before, itself merged; null at the start.</param>
    /// <param name="current">What was just read.</param>
    public static SourceSnapshot Merge(SourceSnapshot? last, SourceReading current)
    {
        if (last is null)
            return PathClaims.Settle(current, []);

        var before = last.Reading.Files.ToDictionary(file => file.File);
        var files = current.Files
            .Select(file => before.TryGetValue(file.File, out var old) ? Merge(old, file) : file)
            .ToList();
        // A folder that can't be listed says nothing about its files; only a file given directly is known to be gone.
        var read = current.Files.Select(file => file.File).ToHashSet();
        files.AddRange(last.Reading.Files
            .Where(old => !read.Contains(old.File) && current.Unreadable.Any(folder => IsBelow(old.File, folder)))
            .Select(old => old with { Problems = [] }));
        return PathClaims.Settle(current with { Files = files }, last.Generators);
    }

    private static SourceFile Merge(SourceFile old, SourceFile file)
    {
        // It was not looked into.
        if (ReferenceEquals(old, file))
            return file;
        // Editors and copying programs begin with an empty file, and a full disk leaves one. Nobody deletes so.
        if (file.IsEmpty && old.Generators.Count > 0)
            return file with
            {
                Generators = old.Generators, Problems = [Emptied(file.File)], Usual = old.Usual ?? old,
            };
        var good = file.Generators.Select(generator => generator.Identity).ToHashSet();
        var vanished = old.Generators.Where(generator => !good.Contains(generator.Identity)).ToList();
        var usual = old.Usual ?? old;
        var mayBeTheirs = vanished.Count > 0 && (BrokenStranger(usual, file) || file.Unknown.Count > usual.Unknown.Count);
        var kept = vanished.Where(generator => mayBeTheirs || file.AllBroken || file.Broken.Contains(generator.Identity)).ToList();
        return file with
        {
            Generators = [.. file.Generators, .. kept],
            Problems = mayBeTheirs ? [.. file.Problems.Select(problem => Worse(problem, file))] : file.Problems,
            Usual = mayBeTheirs || file.AllBroken ? usual : null,
        };
    }

    // A document that is broken under a name not seen here before may be what has vanished, its name mistyped.
    private static bool BrokenStranger(SourceFile usual, SourceFile file) => file.Broken.Any(identity =>
        !usual.Broken.Contains(identity) && !usual.Generators.Any(generator => generator.Identity == identity));

    // So may one that isn't known as a generator any more; it holds back an edit, which a warning doesn't.
    private static SourceProblem Worse(SourceProblem problem, SourceFile file) => file.Unknown.Contains(problem)
        ? problem with
        {
            Message = problem.Message.Replace(", ignored", "", StringComparison.Ordinal)
                + ": this file's last good generators stay until it is corrected; delete the file to remove them",
            Severity = SourceSeverity.Error,
        }
        : problem;

    private static SourceProblem Emptied(string file) => new(
        file,
        null,
        null,
        "is empty, or has comments only: its last good generators stay; delete the file to remove them",
        SourceSeverity.Warning);

    private static bool IsBelow(string file, string folder) =>
        file.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
