namespace HttpSd.LocalCluster.History;

/// <summary>A script that a process called, as its history has it. Times in nanoseconds of the machine's monotonic clock.</summary>
/// <param name="Process">The file that it stands in.</param>
/// <param name="Script">Such as <c>claim</c>.</param>
/// <param name="Key">The first key: the queue, or the path.</param>
/// <param name="Begin">Before it was sent.</param>
internal sealed record Call(string Process, string Script, string Key, long Begin)
{
    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();

    /// <summary>When its answer was there; <see cref="long.MaxValue"/>: none is known, so it was carried out by <see cref="Latest"/>, or never.</summary>
    public long End { get; set; } = long.MaxValue;

    /// <summary>After this it was not carried out any more.</summary>
    public long Latest { get; set; } = long.MaxValue;

    public IReadOnlyDictionary<string, string> Arguments { get; init; } = Nothing;

    /// <summary>The last argument, where it is a list.</summary>
    public IReadOnlyList<string> List { get; init; } = [];

    public IReadOnlyDictionary<string, string> Reply { get; set; } = Nothing;

    /// <summary>The last field of the answer, where it is a list.</summary>
    public IReadOnlyList<string> ReplyList { get; set; } = [];

    /// <summary>It was carried out, and said what came of it.</summary>
    public bool IsAnswered => End != long.MaxValue;

    /// <summary>What came of it; -99: unknown.</summary>
    public long Code => Reply.TryGetValue("code", out var code) ? Parse(code) : -99;

    /// <summary>Of a claim the one it got, of others the one they name; 0: none.</summary>
    public long Token => Number("token");

    /// <summary>The full path that it is about; empty: none, or several.</summary>
    public string Path => Script switch
    {
        "claim" => Reply.GetValueOrDefault("path") ?? "",
        "raise" => Key[(Key.IndexOf('{', StringComparison.Ordinal) + 1)..Math.Max(Key.LastIndexOf('}'), 0)],
        _ => Arguments.GetValueOrDefault("path") ?? "",
    };

    /// <summary>A number of the answer or of the arguments; 0: there is none.</summary>
    public long Number(string name) =>
        Reply.TryGetValue(name, out var replied) ? Parse(replied) : Arguments.TryGetValue(name, out var given) ? Parse(given) : 0;

    /// <summary>Whether it may have been carried out between the two.</summary>
    public bool MayBeWithin(long from, long to) => Begin < to && Latest > from;

    private static long Parse(string text) => long.TryParse(text, out var number) ? number : 0;
}
