namespace HttpSd.LocalCluster.History.Promises;

/// <summary>Promise 4, of what is stored: in the order of the claims, and nothing that was voided.</summary>
internal static class OrderedResults
{
    public static IEnumerable<string> Violations(Histories h)
    {
        foreach (var path in h.ByPath)
        {
            foreach (var epoch in path.Where(c => c.IsAnswered).GroupBy(h.EpochOf).Where(g => g.Key is not null))
            {
                var stored = epoch.Where(IsStored).ToList();
                var deletes = path.Where(c => c.Script == "delete").ToList();
                foreach (var late in stored)
                {
                    // What was deleted in between is no more to be outrun.
                    bool Precedes(Call c) => c.End < late.Begin && !deletes.Any(d => d.MayBeWithin(c.Begin, late.End));
                    if (stored.Where(Precedes).MaxBy(c => c.Token) is { } newer && newer.Token > late.Token)
                        yield return $"ordered results: {path.Key} had the result of {newer.Token}, and {late.Token} was stored after it";
                    if (epoch.Where(c => Floor(c) >= late.Token && Precedes(c)).MaxBy(Floor) is { } fence)
                        yield return $"ordered results: {path.Key} was voided up to {Floor(fence)} by {fence.Script}, and {late.Token} was stored after it";
                }
            }
        }
    }

    /// <summary>Whether a worker's write came into effect.</summary>
    public static bool IsStored(Call c) => c is { Script: "commit", Code: 0 or 1, Token: > 0 } or { Script: "fail", Code: 1, Token: > 0 };

    // Up to where results are void: 0: nothing.
    private static long Floor(Call c) => c.Script switch
    {
        "clear" => c.Number("floor"),
        "raise" when c.Code == 1 => c.Number("floor"),
        _ => 0,
    };
}
