namespace HttpSd.Cli.Sources;

/// <summary>A file below one of the paths given.</summary>
/// <param name="File">As the path given leads to it.</param>
/// <param name="Relative">Below the folder given, with slashes; for a file given directly its name.</param>
internal sealed record ListedFile(string File, string Relative)
{
    public string Ending => Path.GetExtension(File);

    /// <summary>It can hold generators; any other is only warned of.</summary>
    public bool IsSource => Ending is ".py" or ".yaml" or ".yml" or ".json";

    /// <summary>The generator's path: folders and name without the ending.</summary>
    public string PlainPath => Relative[..^Ending.Length];
}

/// <summary>The files below the paths given, in the order in which they claim their generators' paths.</summary>
internal sealed record SourceListing(
    IReadOnlyList<ListedFile> Files, IReadOnlyList<string> Unreadable, IReadOnlyList<SourceProblem> Problems)
{
    public static SourceListing Of(IReadOnlyList<string> paths)
    {
        var files = new List<ListedFile>();
        var unreadable = new List<string>();
        var problems = new List<SourceProblem>();
        foreach (var path in paths)
        {
            if (File.Exists(path))
            {
                files.Add(new ListedFile(path, Path.GetFileName(path)));
            }
            else if (Directory.Exists(path))
            {
                files.AddRange(new FolderWalk(unreadable, problems).Of(path).OrderBy(file => file.Relative, StringComparer.Ordinal));
            }
            else
            {
                unreadable.Add(path);
                problems.Add(new SourceProblem(path, null, null, "there is no such file or folder"));
            }
        }

        return new SourceListing([.. files.DistinctBy(file => Path.GetFullPath(file.File))], unreadable, problems);
    }
}
