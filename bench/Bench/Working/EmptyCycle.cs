using System.Diagnostics;
using HttpSd.Core.Requests;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Queue;

namespace HttpSd.Bench.Working;

/// <summary>The queue by itself: what a job costs when no script runs.</summary>
internal static class EmptyCycle
{
    /// <summary>Jobs per second.</summary>
    /// <param name="store">Where.</param>
    /// <param name="slots">At one time.</param>
    /// <param name="jobs">How many, of as many paths.</param>
    /// <param name="commits">Whether each stores a list.</param>
    public static async Task<double> RateAsync(Store store, int slots, int jobs, bool commits)
    {
        var next = 0;
        var since = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, slots).Select(async slot =>
        {
            while (Interlocked.Increment(ref next) is var n && n <= jobs)
            {
                await store.Queue.EnqueueAsync("default", new RequestKey($"cycle-{n}", []), 0, reload: false, CancellationToken.None);
                var job = (await store.Queue.ClaimAsync("default", $"bench-{slot}", CancellationToken.None))!;
                if (commits)
                {
                    await store.Cache.CommitAsync(
                        new ResultCommit(job.FullPath, job.Token, "\"x\"", "[{\"targets\":[\"a:1\"]}]"u8.ToArray(), default, TimeSpan.FromHours(1), TimeSpan.Zero, TimeSpan.FromHours(1), 1, 1, TimeSpan.Zero, "hash", []),
                        CancellationToken.None);
                }
                await store.Queue.FinishAsync(job, FinishMode.Done, CancellationToken.None);
            }
        }));
        return jobs / Stopwatch.GetElapsedTime(since).TotalSeconds;
    }
}
