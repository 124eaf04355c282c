using HttpSd.Core.Runs;

namespace HttpSd.Core.Targets;

/// <summary>A valid list in the form in which it is stored and served.</summary>
/// <param name="Body">Compact UTF-8 JSON, a single array.</param>
/// <param name="ETag">A strong entity tag, with its quotes: the digest of the body.</param>
/// <param name="GroupCount">Groups in the body.</param>
/// <param name="TargetCount">Targets in the body.</param>
/// <param name="Warnings">What is valid but probably not meant; bounded, for <c>check</c> and <c>debug</c>.</param>
public sealed record TargetList(
    ReadOnlyMemory<byte> Body,
    string ETag,
    int GroupCount,
    int TargetCount,
    IReadOnlyList<string> Warnings);

/// <summary>Either a list or why there is none.</summary>
/// <param name="List">The list; null when refused.</param>
/// <param name="Failure">The refusal; null when there is a list.</param>
public sealed record TargetListResult(TargetList? List, RunFailure? Failure)
{
    /// <summary>The refused element when there is one: its place, such as <c>[3].labels.idx</c>, and what is wrong.</summary>
    public ListProblem? Problem { get; init; }
}
