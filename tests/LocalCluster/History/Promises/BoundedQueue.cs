namespace HttpSd.LocalCluster.History.Promises;

/// <summary>Promise 7: no more tickets than the queue may have, and one per full path.</summary>
internal static class BoundedQueue
{
    private const int Enqueued = 1;

    public static IEnumerable<string> Violations(Histories h)
    {
        foreach (var look in h.Looks)
        {
            foreach (var twice in look.Paths.GroupBy(p => p).Where(g => g.Count() > 1))
                yield return $"bounded queue: {twice.Key} had {twice.Count()} tickets at one time";
        }
        var enqueued = h.Calls.Where(c => c is { Script: "enqueue", IsAnswered: true, Code: Enqueued }).ToList();
        foreach (var over in enqueued.Where(c => c.Number("reload") == 0 && c.Number("pending") > c.Number("most")))
            yield return $"bounded queue: {over.Path} was the {over.Number("pending")}th of at most {over.Number("most")}";
        var sweeps = h.Calls.Where(c => c.Script is "sweep" or "cancel").ToList();
        foreach (var path in enqueued.GroupBy(c => (c.Key, c.Path, Epoch: h.EpochOf(c))).Where(g => g.Key.Epoch is not null))
        {
            var inOrder = path.OrderBy(c => c.Begin).ToList();
            foreach (var (first, second) in inOrder.Zip(inOrder.Skip(1)))
            {
                if (first.End < second.Begin && !MayHaveLeft(h, first, second, sweeps))
                    yield return $"bounded queue: {first.Path} was enqueued anew while its ticket was there";
            }
        }
    }

    private static bool MayHaveLeft(Histories h, Call first, Call second, List<Call> sweeps) =>
        h.ByPath[first.Path].Any(c => c.MayBeWithin(first.Begin, second.End)
            && ((c.Script == "finish" && (!c.IsAnswered || c.Code == 1)) || (c is { Script: "claim", IsAnswered: true } && h.MayHaveUnseenEnd(c, second.End))))
        || sweeps.Any(c => c.MayBeWithin(first.Begin, second.End)
            && (!c.IsAnswered || c.List.Contains(first.Path) || c.Number("removed") + c.Number("mended") > 0));
}
