namespace HttpSd.LocalCluster.History.Promises;

/// <summary>Promise 6: a list past cacheTTL is marked, one past staleTTL is not served unless Redis can't be reached or has lost it.</summary>
internal static class BoundedAge
{
    public static IEnumerable<string> Violations(Histories h, PromiseBounds bounds)
    {
        foreach (var path in h.Answers.Where(a => a.IsList).GroupBy(a => a.Path))
        {
            var commits = h.ByPath[path.Key].Where(c => c.Script == "commit").ToLookup(c => c.Arguments["etag"], StringComparer.Ordinal);
            var lost = h.ByPath[path.Key].Where(c => c is { Script: "claim", IsAnswered: true } && h.MayHaveUnseenEnd(c, long.MaxValue))
                .Select(c => h.Processes[c.Process].Last).ToList();
            foreach (var answer in path)
            {
                // What nobody has stored is another promise's.
                if (commits[answer.ETag].Where(c => c.Begin < answer.End).MaxBy(c => Math.Min(c.Latest, answer.End)) is not { } last)
                    continue;
                var stored = lost.Where(at => at < answer.End).Append(Math.Min(last.Latest, answer.End)).Max();
                var age = answer.Begin - stored - bounds.Slack;
                var (fresh, stale) = (last.Number("fresh") * 1_000_000, last.Number("stale") * 1_000_000);
                if (age > fresh && !answer.IsStale)
                    yield return $"bounded age: {answer.Server} served {path.Key} unmarked, {Milliseconds(age)} ms old";
                if (age > fresh + stale && !h.IsTroubled(answer.Begin, bounds.News, bounds.Demand))
                    yield return $"bounded age: {answer.Server} served {path.Key}, {Milliseconds(age)} ms old";
            }
        }
    }

    private static long Milliseconds(long nanoseconds) => nanoseconds / 1_000_000;
}
