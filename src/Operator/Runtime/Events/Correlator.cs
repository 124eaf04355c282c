namespace HttpSd.Operator.Runtime.Events;

/// <summary>An event on the API server that the next equal notice only counts up.</summary>
internal sealed record KnownEvent(string Namespace, string Name, int Count);

/// <summary>Where a notice belongs.</summary>
/// <param name="Key">Equal for notices that are one event.</param>
/// <param name="Notice">What to write; combined when there were too many like it.</param>
/// <param name="Known">The event to count up; null when there is none yet.</param>
internal sealed record Correlation(string Key, Notice Notice, KnownEvent? Known);

/// <summary>Makes many notices few events: the same again is counted, many similar ones are combined, a flood is dropped. For one thread.</summary>
internal sealed class Correlator(EventOptions options, TimeProvider time)
{
    private readonly RecentlyUsed<Similar> similar = new(options.Remembered);
    private readonly RecentlyUsed<KnownEvent> known = new(options.Remembered);
    private readonly SpamLimit limit = new(options, time);

    /// <summary>Null when there was too much about the object lately.</summary>
    public Correlation? Place(Notice notice)
    {
        var group = Group(notice);
        var combined = group.Messages.Count > options.MostSimilar;
        var key = combined ? notice.SimilarKey : $"{notice.SimilarKey}\n{notice.Message}";
        if (!limit.Take($"{notice.About.Uid}\n{notice.About.NamespaceProperty}\n{notice.About.Name}\n{notice.Type}"))
            return null;
        return new Correlation(key, combined ? notice.Combined() : notice, known.Find(key));
    }

    public void Wrote(string key, KnownEvent written) => known.Set(key, written);

    public void Gone(string key) => known.Remove(key);

    private Similar Group(Notice notice)
    {
        var now = time.GetTimestamp();
        var group = similar.Find(notice.SimilarKey);
        if (group is null || time.GetElapsedTime(group.Since, now) > options.SimilarWithin)
            group = new Similar(now, new HashSet<string>(StringComparer.Ordinal));
        // One more than allowed says all there is to know.
        if (group.Messages.Count <= options.MostSimilar)
            group.Messages.Add(notice.Message);
        similar.Set(notice.SimilarKey, group with { Since = now });
        return group;
    }

    private sealed record Similar(long Since, HashSet<string> Messages);
}
