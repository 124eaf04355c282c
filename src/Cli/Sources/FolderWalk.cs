using System.Runtime.InteropServices;
using HttpSd.Core;

namespace HttpSd.Cli.Sources;

/// <summary>
/// Lists a folder given and what is below it, also through links. A link back to a folder that leads here would
/// multiply every file, and many of them would never end: it is named and not followed.
/// </summary>
internal sealed partial class FolderWalk(List<string> unreadable, List<SourceProblem> problems)
{
    private const int MaxDepth = 32;

    private readonly List<ListedFile> files = [];

    // Where each folder on the way down really is.
    private readonly Stack<string> above = new();

    // Since the topmost link: links among folders that don't lie in one another could multiply as well.
    private HashSet<string>? throughLink;

    public IReadOnlyList<ListedFile> Of(string folder)
    {
        Walk(folder, "", RealPath(folder) ?? Path.GetFullPath(folder));
        return files;
    }

    private void Walk(string folder, string relative, string real)
    {
        if (above.Count > MaxDepth)
        {
            Ignore(folder, $"more than {MaxDepth} folders deep, ignored");
            return;
        }

        above.Push(real);
        try
        {
            // In order, so that of two links the same one is followed at every look.
            foreach (var entry in Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal))
            {
                var name = Path.GetFileName(entry);
                // Editors' and version control's own, and ConfigMap volumes' ..data.
                if (name.StartsWith('_') || name.StartsWith('.'))
                    continue;
                if (!Directory.Exists(entry))
                    files.Add(new ListedFile(entry, relative + name));
                else if (new DirectoryInfo(entry).LinkTarget is null)
                    Enter(entry, $"{relative}{name}/", Path.Combine(real, name));
                else if (RealPath(entry) is { } target)
                    Follow(entry, $"{relative}{name}/", target);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            unreadable.Add(folder);
            problems.Add(new SourceProblem(folder, null, null, $"can't be listed: {Excerpt.Of(e.Message)}"));
        }
        finally
        {
            above.Pop();
        }
    }

    private void Follow(string link, string relative, string target)
    {
        if (above.Any(folder => folder == target || folder.StartsWith(target.TrimEnd('/') + "/", StringComparison.Ordinal)))
        {
            Ignore(link, $"leads back to {target}, where it lies itself; not followed");
            return;
        }

        var topmost = throughLink is null;
        throughLink ??= new HashSet<string>(StringComparer.Ordinal);
        Enter(link, relative, target);
        if (topmost)
            throughLink = null;
    }

    private void Enter(string folder, string relative, string real)
    {
        if (throughLink is null || throughLink.Add(real))
            Walk(folder, relative, real);
        else
            Ignore(folder, $"leads to {real}, as another link on the same way does; not followed");
    }

    private void Ignore(string folder, string why) =>
        problems.Add(new SourceProblem(folder, null, null, why, SourceSeverity.Warning));

    // The framework resolves the last link of a path only.
    private static string? RealPath(string path)
    {
        var resolved = realpath(path, 0);
        if (resolved == 0)
            return null;
        try
        {
            return Marshal.PtrToStringUTF8(resolved);
        }
        finally
        {
            free(resolved);
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint realpath(string path, nint buffer);

    [LibraryImport("libc")]
    private static partial void free(nint memory);
}
