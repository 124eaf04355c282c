namespace HttpSd.LocalCluster.History.Promises;

/// <summary>Promise 5: what is served is, byte by byte, what one run stored.</summary>
internal static class WholeResults
{
    public static IEnumerable<string> Violations(Histories h)
    {
        foreach (var path in h.Answers.Where(a => a.IsList).GroupBy(a => a.Path))
        {
            var calls = h.ByPath[path.Key].ToList();
            var commits = calls.Where(c => c.Script == "commit" && c.Arguments.ContainsKey("bodySha256"))
                .ToLookup(c => c.Arguments["etag"], StringComparer.Ordinal);
            foreach (var answer in path.DistinctBy(a => (a.ETag, a.Sha256)))
            {
                var bodies = commits[answer.ETag].Where(c => c.Begin < answer.End).ToList();
                if (bodies.Count == 0 && MayBeUnseen(h, calls, answer))
                    continue;
                if (bodies.Count == 0)
                    yield return $"whole results: {answer.Server} served {answer.ETag} of {path.Key}, which nobody had stored";
                else if (!bodies.Any(c => c.Arguments["bodySha256"] == answer.Sha256))
                    yield return $"whole results: {answer.Server} served other bytes as {answer.ETag} of {path.Key} than were stored";
                else if (bodies.All(c => c is { IsAnswered: true, Code: < 0 }))
                    yield return $"whole results: {answer.Server} served {answer.ETag} of {path.Key}, which was refused";
            }
        }
    }

    // A worker that was killed when it had sent its list, and before that was in its file.
    private static bool MayBeUnseen(Histories h, List<Call> calls, Answer answer) => calls.Any(
        c => c.Script == "claim" && c.Begin < answer.End && h.MayHaveUnseenEnd(c, answer.End)
            && !calls.Any(w => w.Script is "commit" or "fail" or "finish" && w.Token == c.Token));
}
