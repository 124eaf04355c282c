using HttpSd.Core;

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
    // A linked folder may lead back to where it is linked from.
    private const int MaxDepth = 32;

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
                var below = new List<ListedFile>();
                Walk(path, "", 0, below, unreadable, problems);
                files.AddRange(below.OrderBy(file => file.Relative, StringComparer.Ordinal));
            }
            else
            {
                unreadable.Add(path);
                problems.Add(new SourceProblem(path, null, null, "there is no such file or folder"));
            }
        }

        return new SourceListing([.. files.DistinctBy(file => Path.GetFullPath(file.File))], unreadable, problems);
    }

    private static void Walk(
        string folder, string relative, int depth, List<ListedFile> files, List<string> unreadable, List<SourceProblem> problems)
    {
        if (depth > MaxDepth)
        {
            problems.Add(new SourceProblem(folder, null, null, $"more than {MaxDepth} folders deep, ignored", SourceSeverity.Warning));
            return;
        }

        try
        {
            foreach (var entry in Directory.EnumerateFileSystemEntries(folder))
            {
                var name = Path.GetFileName(entry);
                // Editors' and version control's own, and ConfigMap volumes' ..data.
                if (name.StartsWith('_') || name.StartsWith('.'))
                    continue;
                if (Directory.Exists(entry))
                    Walk(entry, $"{relative}{name}/", depth + 1, files, unreadable, problems);
                else
                    files.Add(new ListedFile(entry, relative + name));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            unreadable.Add(folder);
            problems.Add(new SourceProblem(folder, null, null, $"can't be listed: {Excerpt.Of(e.Message)}"));
        }
    }
}
