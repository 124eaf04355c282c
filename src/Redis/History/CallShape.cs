namespace HttpSd.Redis.History;

/// <summary>
/// What the history keeps of a script's arguments and of its answer: a word for each, in their order. <c>-</c> is not
/// kept, as everything after the last word; <c>#name</c> is a body behind its tag, of which length and digest are
/// kept; <c>@ticket</c> is a job, of which its id and what its asker had seen are kept; <c>name*</c> are all the rest.
/// </summary>
/// <param name="Arguments">Of the arguments.</param>
/// <param name="Reply">Of the answer's fields.</param>
internal sealed record CallShape(string[] Arguments, string[] Reply)
{
    // A whitelist: what is not named here (scripts, headers of definitions, errors and their tracebacks) stays out.
    private static readonly Dictionary<string, CallShape> Known = new(StringComparer.Ordinal)
    {
        ["enqueue"] = Of("path @ticket want reload most", "code floor pending"),
        ["claim"] = Of("worker lease", "path @ticket token want stalls lost pending"),
        ["beat"] = Of("lease runs*", "states*"),
        ["finish"] = Of("path token how", "code"),
        ["sweep"] = Of("interval grace lease - stalls", "retaken removed mended givenUp*"),
        ["cancel"] = Of("paths*", "count floor"),
        ["floor"] = Of("path", "floor"),
        ["job"] = Of("path", "state since worker position"),
        ["totals"] = Of("", "pending processing age"),
        ["running"] = Of("", ""),
        ["commit"] = Of("token etag #body - fresh stale kept targets - - definition - path", "code"),
        ["fail"] = Of("token - kept backoff path", "code"),
        ["clear"] = Of("floor path", "result error"),
        ["delete"] = Of("path", "code"),
        ["raise"] = Of("floor forgive lost", "code"),
        ["read"] = Of("", "now etag at soft stale - - - - - - - - - - token cleared"),
        ["admit"] = Of("path most idle", "code evicted"),
        ["touch"] = Of("path", "code"),
        ["publish"] = Of("path - - - owes pool run", "revision changed before left"),
        ["changes"] = Of("epoch revision", "epoch revision what"),
        ["hold"] = Of("- - silent leave", "-"),
        ["reload"] = Of("owner value done floor", "state floor"),
    };

    /// <summary>A script's; nothing of its arguments when nobody has said what may be kept.</summary>
    public static CallShape Of(string script) => Known.GetValueOrDefault(script) ?? new CallShape([], []);

    /// <summary>Whether somebody has said what may be kept.</summary>
    public static bool IsKnown(string script) => Known.ContainsKey(script);

    private static CallShape Of(string arguments, string reply) => new(Words(arguments), Words(reply));

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
