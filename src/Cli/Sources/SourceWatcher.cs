using System.Runtime.CompilerServices;

namespace HttpSd.Cli.Sources;

/// <summary>
/// Follows the paths by looking, not by the system's notices: these don't come through links, network file
/// systems and container mounts, and a look costs a stat per file.
/// </summary>
internal sealed class SourceWatcher(IReadOnlyList<string> paths, TimeProvider time)
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    /// <summary>The snapshot of now, then one after every change, broken files with their last good generators.</summary>
    public async IAsyncEnumerable<SourceSnapshot> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Before reading, so that a change during it is seen at the next look.
        var change = new SettledChange(SourceFingerprint.Of(paths));
        var last = GeneratorSources.Load(paths);
        yield return last;

        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            if (!change.Take(SourceFingerprint.Of(paths)))
                continue;
            last = LastGoodSources.Merge(last, GeneratorSources.Read(paths));
            yield return last;
        }
    }
}
