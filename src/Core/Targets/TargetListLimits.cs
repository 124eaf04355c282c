namespace HttpSd.Core.Targets;

/// <summary>How large a list may be and how it is taken.</summary>
public sealed record TargetListLimits
{
    /// <summary>The most targets, counted before repeated ones are dropped: <c>Worker:MaxTargets</c>.</summary>
    public int MaxTargets { get; init; } = 200_000;

    /// <summary>The most bytes, as the script wrote them and as they are stored: <c>Worker:MaxResultBytes</c>.</summary>
    public int MaxBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Any non-empty label name, as Prometheus 3 takes it, instead of <c>[a-zA-Z_][a-zA-Z0-9_]*</c>.</summary>
    public bool Utf8LabelNames { get; init; }

    /// <summary>Merge groups with equal labels, drop repeated targets, sort: <c>Worker:Normalize</c>.</summary>
    public bool Normalize { get; init; } = true;
}
