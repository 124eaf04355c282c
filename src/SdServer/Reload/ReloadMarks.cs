using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using Microsoft.Extensions.Options;

namespace HttpSd.SdServer.Reload;

/// <summary>
/// The reloads that this process has answered. A Redis that loses its data loses them too, and another server
/// may still know the list of before: they are told again.
/// </summary>
internal sealed class ReloadMarks(ResultCache cache, IOptions<ServerOptions> options, TimeProvider time)
{
    // Beyond it the oldest are forgotten.
    private const int Most = 10_000;

    private readonly Dictionary<string, Mark> marks = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    public void Note(string path, string fullPath, long token)
    {
        lock (gate)
        {
            marks[fullPath] = new Mark(path, token, time.GetTimestamp());
            if (marks.Count > Most)
                OldestEntries.Drop(marks, Most, m => m.At);
        }
    }

    /// <summary>Clears again what was cleared; results of newer runs stay.</summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public async Task RetellAsync(CancellationToken cancellationToken)
    {
        List<KeyValuePair<string, Mark>> told;
        lock (gate)
        {
            // By then no server serves what it knew before.
            foreach (var old in marks.Where(m => time.GetElapsedTime(m.Value.At) > options.Value.StaleIfError).ToList())
                marks.Remove(old.Key);
            told = [.. marks];
        }
        foreach (var (fullPath, mark) in told)
        {
            try
            {
                await cache.ClearAsync(fullPath, mark.Token, cancellationToken);
            }
            catch (StoreUnavailableException e) when (e.IsWrongType)
            {
                // Somebody else's key in the place of one path's must not keep the others from being told.
            }
        }
    }

    /// <summary>Forgets those of generators that are gone: telling them again would leave keys behind.</summary>
    public void RemoveWhere(Func<string, bool> gone)
    {
        lock (gate)
        {
            foreach (var mark in marks.Where(m => gone(m.Value.Path)).ToList())
                marks.Remove(mark.Key);
        }
    }

    private sealed record Mark(string Path, long Token, long At);
}
