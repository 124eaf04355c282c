using HttpSd.Redis.Definitions;
using HttpSd.SdServer.Metrics;
using HttpSd.SdServer.Requests;

namespace HttpSd.SdServer.Discovery;

/// <summary>Answers for every generator below a prefix at once, or with the error of the first that can't be served.</summary>
internal sealed class PrefixLists(ListLookup lookup, WaitingLookup waiting, AnswerWriter writer, ServerMetrics metrics)
{
    private const int Parallel = 64;

    /// <summary>Writes the answer; returns what it came to.</summary>
    public async Task<ListOutcome> WriteAsync(
        HttpContext context, IReadOnlyList<PublishedDefinition> generators, TargetsRequest request, long started)
    {
        var answers = await FindAsync(generators, request, started, context.RequestAborted);
        foreach (var answer in answers)
            metrics.Looked(answer.Outcome);
        // What was deleted meanwhile isn't below the prefix any more; when that is all, there is no such prefix.
        var there = answers.Where(a => a.Outcome != ListOutcome.Gone).DefaultIfEmpty(ListAnswer.Failed(ListOutcome.Gone)).ToList();
        foreach (var answer in there)
        {
            if (answer.IsServed && there.Count > 1)
                continue;
            await writer.WriteAsync(context, answer);
            return answer.Outcome;
        }

        var stale = there.Any(a => a.Outcome == ListOutcome.Stale);
        var list = new JoinedList([.. there.Select(a => a.Snapshot!.Body!)]);
        var newest = there.MaxBy(a => a.Snapshot!.Entry.Result!.ChangedAt).Snapshot!.Modified!;
        var age = there.Max(a => a.Age);
        await (writer.IsEmptyGroup(list.Length)
            ? writer.WriteListAsync(context, AnswerWriter.EmptyGroup, age, stale, newest)
            : writer.WriteJoinedAsync(context, list, age, stale, newest));
        return stale ? ListOutcome.Stale : ListOutcome.Fresh;
    }

    // All of them, also after the first error, and all before the first is waited for: every missing list is asked
    // of the workers in one go.
    private async Task<ListAnswer[]> FindAsync(
        IReadOnlyList<PublishedDefinition> generators, TargetsRequest request, long started, CancellationToken cancellationToken)
    {
        var answers = new ListAnswer[generators.Count];
        await System.Threading.Tasks.Parallel.ForAsync(
            0,
            generators.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
            async (i, stop) => answers[i] = await lookup.FindAsync(generators[i], request, stop));
        if (!answers.Index().Any(a => waiting.IsWorthHolding(a.Item, generators[a.Index], request)))
            return answers;
        return await Task.WhenAll(
            answers.Select((answer, i) => waiting.HoldAsync(answer, generators[i], request, started, cancellationToken)));
    }
}
