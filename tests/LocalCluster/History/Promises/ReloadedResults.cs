namespace HttpSd.LocalCluster.History.Promises;

/// <summary>Promise 4, of what is served: after a reload was confirmed nothing of a run claimed before it.</summary>
internal static class ReloadedResults
{
    public static IEnumerable<string> Violations(Histories h, PromiseBounds bounds)
    {
        var reloads = h.Reloads.Where(r => r.Status == 200).ToLookup(r => r.Path, StringComparer.Ordinal);
        foreach (var path in h.Answers.Where(a => a.IsList).GroupBy(a => a.Path))
        {
            var commits = h.ByPath[path.Key].Where(c => c.Script == "commit").ToLookup(c => c.Arguments["etag"], StringComparer.Ordinal);
            var clears = h.ByPath[path.Key].Where(c => c is { Script: "clear", IsAnswered: true }).ToList();
            if (clears.Count == 0)
                continue;
            foreach (var answer in path)
            {
                // Marked, for want of Redis.
                if (answer.IsStale && h.IsTroubled(answer.Begin, bounds.News, bounds.News))
                    continue;
                var known = commits[answer.ETag].Where(c => c.Begin < answer.End).ToList();
                if (known.Count == 0 || known.Any(c => c.Token == 0))
                    continue;
                var (token, epoch) = (known.Max(c => c.Token), h.EpochOf(answer.Begin, answer.End));
                var cleared = clears.Where(c => c.Number("floor") >= token && epoch is not null && h.EpochOf(c) == epoch && HadToBeHeard(c, answer)).ToList();
                if (cleared.Count > 0)
                    yield return $"ordered results: {path.Key} was reloaded with {cleared.Max(c => c.Number("floor"))}, and {answer.Server} served {token} after it";
            }

            // The server that has confirmed it at once, the others when they have heard of it.
            bool HadToBeHeard(Call clear, Answer answer) =>
                answer.Begin > clear.End + bounds.News
                || reloads[answer.Path].Any(r => r.Server == answer.Server && r.End < answer.Begin && r.Begin < clear.Begin && clear.End < r.End);
        }
    }
}
