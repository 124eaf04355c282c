using System.Globalization;

namespace HttpSd.LocalCluster.History.Promises;

/// <summary>Promise 1: at most one worker holds the lease on a full path.</summary>
internal static class OneOwner
{
    public static IEnumerable<string> Violations(Histories h, PromiseBounds bounds)
    {
        var claims = h.Calls.Where(c => c is { Script: "claim", IsAnswered: true } && c.Path.Length > 0).ToList();
        foreach (var twice in claims.GroupBy(c => (c.Key, c.Token)).Where(g => g.Count() > 1))
            yield return $"one owner: token {twice.Key.Token} was given {twice.Count()} times";
        var beats = Beats(h).ToLookup(b => b.Token);
        var cancels = h.Calls.Where(c => c.Script == "cancel").ToList();
        foreach (var path in claims.GroupBy(c => (c.Key, c.Path, Epoch: h.EpochOf(c))).Where(g => g.Key.Epoch is not null))
        {
            var inOrder = path.OrderBy(c => c.Token).ToList();
            foreach (var (first, second) in inOrder.Zip(inOrder.Skip(1)))
            {
                var finishes = h.ByPath[first.Path].Where(c => c.Script == "finish" && c.Token == first.Token).ToList();
                if (second.End < first.Begin)
                    yield return $"one owner: {first.Path}'s token {second.Token} was given before {first.Token}";
                if (!MayHaveEnded(first, second))
                    yield return $"one owner: {first.Path} was claimed with {second.Token} while {first.Token} held it";
                if (beats[first.Token].Any(b => b.IsHeld && b.Call.Begin > second.End))
                    yield return $"one owner: {first.Path}'s lease {first.Token} was renewed after {second.Token} was given";
                if (finishes.Any(f => f.Code > 0 && f.Begin > second.End))
                    yield return $"one owner: {first.Path}'s run {first.Token} was acknowledged after {second.Token} was given";

                bool MayHaveEnded(Call first, Call second) =>
                    finishes.Any(f => f.Begin < second.End && (!f.IsAnswered || f.Code > 0))
                    || cancels.Any(c => c.List.Contains(first.Path) && c.MayBeWithin(first.Begin, second.End))
                    || (second.Number("lost") != first.Token && h.MayHaveUnseenEnd(first, second.End))
                    || second.End + bounds.Slack >= ExpiresAt(first, second) + bounds.Grace;

                long ExpiresAt(Call first, Call second) => beats[first.Token].Where(b => b.IsHeld && b.Call.Begin < second.End)
                    .Select(b => b.Call).Append(first).Max(c => c.Begin + (c.Number("lease") * 1000));
            }
        }
    }

    // A beat is of many runs: path, token and the longest of each.
    private static IEnumerable<(long Token, bool IsHeld, Call Call)> Beats(Histories h) =>
        from beat in h.Calls
        where beat is { Script: "beat", IsAnswered: true }
        from run in Enumerable.Range(0, beat.List.Count / 3)
        select (long.Parse(beat.List[(3 * run) + 1], CultureInfo.InvariantCulture), beat.ReplyList[run] != "0", beat);
}
