using System.Globalization;
using System.Text;

namespace HttpSd.Cli.Sources;

/// <summary>A text that changes when a file below the paths does: names, times and sizes, through links.</summary>
internal static class SourceFingerprint
{
    public static string Of(IReadOnlyList<string> paths)
    {
        var listing = SourceListing.Of(paths);
        var text = new StringBuilder();
        foreach (var folder in listing.Unreadable)
            text.Append('!').AppendLine(folder);
        foreach (var file in listing.Files)
            text.AppendLine(Of(file.File));
        return text.ToString();
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
                CultureInfo.InvariantCulture,
                $"{file}|{folder}|{target.FullName}|{target.LastWriteTimeUtc.Ticks}|{target.Length}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{file}|{e.GetType().Name}";
        }
    }
}

/// <summary>Takes a change only when it was the same at two looks in a row: a file half written is not read.</summary>
internal sealed class SettledChange(string taken)
{
    private string taken = taken;
    private string seen = taken;

    public bool Take(string now)
    {
        var settled = now == seen && now != taken;
        seen = now;
        if (settled)
            taken = now;
        return settled;
    }
}
