namespace HttpSd.Operator.Runtime.Events;

/// <summary>A bucket of events per object that refills slowly. For one thread.</summary>
internal sealed class SpamLimit(EventOptions options, TimeProvider time)
{
    private readonly RecentlyUsed<Bucket> buckets = new(options.Remembered);

    /// <summary>Takes one event's worth; false when the object has none left.</summary>
    public bool Take(string about)
    {
        var now = time.GetTimestamp();
        var bucket = buckets.Find(about) ?? new Bucket(options.Burst, now);
        var tokens = Math.Min(options.Burst, bucket.Tokens + (time.GetElapsedTime(bucket.At, now) / options.Refill));
        buckets.Set(about, new Bucket(tokens < 1 ? tokens : tokens - 1, now));
        return tokens >= 1;
    }

    private sealed record Bucket(double Tokens, long At);
}
