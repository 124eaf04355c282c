using HttpSd.Operator.Reconcile;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Queue;

namespace HttpSd.Operator.Runs;

/// <summary>
/// Finds paths that answer with an error because nobody runs what they ask for. A list that expired and that nobody
/// asks for is none of them: no job waits for it.
/// </summary>
/// <param name="poolOf">The pool of a full path's generator.</param>
/// <param name="queue">Where its job waits.</param>
internal sealed class OverdueRuns(Func<string, string?> poolOf, JobQueue queue)
{
    // A busy pool's queue may take so long without anything being wrong.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Whether there is no list to serve and the run that would make one has waited for long.</summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public async Task<bool> AskAsync(string fullPath, CacheEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Failures > 0 || RunReading.Of(entry)?.ServableUntil > entry.Now || poolOf(fullPath) is not { } pool)
            return false;
        return await queue.ReadJobAsync(pool, fullPath, cancellationToken) is { Running: false } job && entry.Now - job.Since > Patience;
    }
}
