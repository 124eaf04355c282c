using System.Globalization;

namespace HttpSd.Cli.Sources;

/// <summary>
/// A text for each file below the paths that changes when the file does: time and size, through links. Of a file
/// that is never read only its name counts: logs beside the sources are written to all the time.
/// </summary>
internal static class SourceFingerprint
{
    public static IReadOnlyDictionary<string, string> Of(SourceListing listing)
    {
        var stamps = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var folder in listing.Unreadable)
            stamps[folder] = "unreadable";
        foreach (var file in listing.Files)
            stamps[file.File] = file.IsSource ? Of(file.File) : "";
        return stamps;
    }

    private static string Of(string file)
    {
        try
        {
            // The link's own times say nothing about what it leads to. A ConfigMap volume changes where the
            // target's folder leads, and two of its versions may be of one size and one moment.
            var link = File.ResolveLinkTarget(file, returnFinalTarget: true) as FileInfo;
            var target = link ?? new FileInfo(file);
            var folder = link?.Directory?.ResolveLinkTarget(returnFinalTarget: true)?.FullName;
            return string.Create(
                CultureInfo.InvariantCulture, $"{folder}|{target.FullName}|{target.LastWriteTimeUtc.Ticks}|{target.Length}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.GetType().Name;
        }
    }
}

/// <summary>
/// Takes a file's change only when it was the same at two looks in a row: a file half written is not read. One
/// that is written to without a pause holds up nobody but itself.
/// </summary>
internal sealed class SettledChanges(IReadOnlyDictionary<string, string> taken)
{
    private readonly Dictionary<string, string> taken = new(taken, StringComparer.Ordinal);
    private IReadOnlyDictionary<string, string> seen = taken;

    /// <summary>Files that differ from the look before, appeared or went: not to be read now.</summary>
    public IReadOnlySet<string> Unsettled { get; private set; } = new HashSet<string>();

    /// <summary>True when a change of some file is to be taken.</summary>
    public bool Take(IReadOnlyDictionary<string, string> now)
    {
        var names = now.Keys.Union(seen.Keys).Union(taken.Keys).ToList();
        Unsettled = names.Where(name => Stamp(now, name) != Stamp(seen, name)).ToHashSet(StringComparer.Ordinal);
        seen = now;
        var changed = false;
        foreach (var name in names.Where(name => !Unsettled.Contains(name) && Stamp(now, name) != Stamp(taken, name)))
        {
            changed = true;
            if (Stamp(now, name) is { } stamp)
                taken[name] = stamp;
            else
                taken.Remove(name);
        }

        return changed;
    }

    private static string? Stamp(IReadOnlyDictionary<string, string> stamps, string name) => stamps.GetValueOrDefault(name);
}
