using System.Runtime.CompilerServices;
using HttpSd.Core.Targets;

namespace HttpSd.Cli.Sources;

/// <summary>
/// Follows the paths by looking, not by the system's notices: these don't come through links, network file
/// systems and container mounts, and a look costs a stat per file.
/// </summary>
internal sealed class SourceWatcher(IReadOnlyList<string> paths, TargetListLimits limits, TimeProvider time)
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    /// <summary>The snapshot of now, then one after every change, broken files with their last good generators.</summary>
    public async IAsyncEnumerable<SourceSnapshot> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Before reading, so that a change during it is seen at the next look.
        var changes = new SettledChanges(SourceFingerprint.Of(SourceListing.Of(paths)));
        var last = GeneratorSources.Load(paths, limits);
        yield return last;

        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var listing = SourceListing.Of(paths);
            if (!changes.Take(SourceFingerprint.Of(listing)))
                continue;
            last = LastGoodSources.Merge(last, Read(listing, last, changes.Unsettled));
            yield return last;
        }
    }

    // What someone writes to at the moment is as it was, or not yet there.
    private SourceReading Read(SourceListing listing, SourceSnapshot last, IReadOnlySet<string> unsettled)
    {
        var held = last.Reading.Files.Where(file => unsettled.Contains(file.File)).ToDictionary(file => file.File);
        var settled = listing with { Files = [.. listing.Files.Where(file => !unsettled.Contains(file.File) || held.ContainsKey(file.File))] };
        var reading = GeneratorSources.Read(settled, limits, held);
        var listed = settled.Files.Select(file => file.File).ToHashSet(StringComparer.Ordinal);
        return reading with { Files = [.. reading.Files, .. held.Values.Where(file => !listed.Contains(file.File))] };
    }
}
