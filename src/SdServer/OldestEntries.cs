namespace HttpSd.SdServer;

/// <summary>Keeps what clients can make grow from growing.</summary>
internal static class OldestEntries
{
    /// <summary>Drops the oldest tenth of what may be kept, so that it is not done again for the next one.</summary>
    /// <param name="entries">The entries; the caller holds their lock.</param>
    /// <param name="most">How many may be kept.</param>
    /// <param name="at">When one was made.</param>
    public static void Drop<TKey, TValue>(Dictionary<TKey, TValue> entries, int most, Func<TValue, long> at)
        where TKey : notnull
    {
        foreach (var (key, _) in entries.OrderBy(e => at(e.Value)).Take(most / 10).ToList())
            entries.Remove(key);
    }
}
