using HttpSd.Redis.Connection;

namespace HttpSd.Redis.Queue;

/// <summary>Who runs what now, for whoever has to choose between workers. Reads only.</summary>
public sealed class RunningJobs(RedisConnection redis)
{
    // The oldest ones: with more of them every worker is busy anyway.
    private const int Most = 1000;

    /// <summary>How long the oldest job of each worker has run, by worker id.</summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public Task<IReadOnlyDictionary<string, TimeSpan>> ReadAsync(string pool, CancellationToken cancellationToken) =>
        redis.ControlAsync<IReadOnlyDictionary<string, TimeSpan>>(async (db, keys) =>
        {
            var answer = (string[])(await QueueScripts.Running.RunAsync(db, keys.Queue(pool), Most))!;
            var ages = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
            for (var i = 0; i + 1 < answer.Length; i += 2)
            {
                var age = TimeSpan.FromMilliseconds(long.Parse(answer[i + 1], System.Globalization.CultureInfo.InvariantCulture));
                if (!ages.TryGetValue(answer[i], out var known) || known < age)
                    ages[answer[i]] = age;
            }
            return ages;
        }, cancellationToken);
}
