using System.Security.Cryptography;
using System.Text;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Definitions;
using HttpSd.SdServer.Memory;
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
        foreach (var answer in answers)
        {
            if (answer.IsServed)
                continue;
            await writer.WriteAsync(context, answer);
            return answer.Outcome;
        }

        var stale = answers.Any(a => a.Outcome == ListOutcome.Stale);
        var body = Join([.. answers.Select(a => a.Snapshot!.Body!)]);
        if (writer.IsEmptyGroup(body))
            body = AnswerWriter.EmptyGroup;
        else if (Conditions.AcceptsGzip(context.Request.Headers.AcceptEncoding))
            body.Gzip = new ListBody.GzipBytes(BodyGzip.Compress(body.Bytes));
        var newest = answers.MaxBy(a => a.Snapshot!.Entry.Result!.Times.UpdatedAt).Snapshot!;
        await writer.WriteListAsync(context, body, answers.Max(a => a.Age), stale, newest.Modified!);
        return stale ? ListOutcome.Stale : ListOutcome.Fresh;
    }

    // All of them, also after the first error: every missing list is asked of the workers in one go.
    private async Task<ListAnswer[]> FindAsync(
        IReadOnlyList<PublishedDefinition> generators, TargetsRequest request, long started, CancellationToken cancellationToken)
    {
        var answers = new ListAnswer[generators.Count];
        await System.Threading.Tasks.Parallel.ForAsync(
            0,
            generators.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
            async (i, stop) => answers[i] = await waiting.HoldAsync(
                await lookup.FindAsync(generators[i], request, stop), generators[i], request, started, stop));
        return answers;
    }

    /// <summary>The arrays one after the other; each begins with a bracket and ends with one.</summary>
    private static ListBody Join(IReadOnlyList<ListBody> parts)
    {
        if (parts is [var only])
            return only;
        var filled = parts.Where(p => p.Bytes.Length > 2).ToList();
        var joined = new byte[2 + filled.Sum(p => p.Bytes.Length - 2) + Math.Max(0, filled.Count - 1)];
        joined[0] = (byte)'[';
        var at = 1;
        foreach (var part in filled)
        {
            if (at > 1)
                joined[at++] = (byte)',';
            part.Bytes[1..^1].CopyTo(joined.AsMemory(at));
            at += part.Bytes.Length - 2;
        }
        joined[at] = (byte)']';
        var tags = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts.Select(p => p.ETag))));
        return new ListBody($"\"{Convert.ToHexStringLower(tags.AsSpan(0, 16))}\"", joined);
    }
}
