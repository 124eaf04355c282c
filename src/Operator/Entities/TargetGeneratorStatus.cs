using HttpSd.Operator.Entities.Schema;
using k8s.Models;

namespace HttpSd.Operator.Entities;

/// <summary>What the operator says of an object. Nothing in it changes while nothing happens.</summary>
internal sealed record TargetGeneratorStatus
{
    [Description("The metadata.generation that this status was made from. Lower than metadata.generation: the change has not been looked at yet.")]
    [RangeMinimum(0)]
    public long? ObservedGeneration { get; init; }

    [Description("Where the SD server answers, below /targets/.")]
    [Length(0, 512)]
    public string? Path { get; init; }

    [Description("How runs without parameters end. Written only when outcome, message or the number of targets changes; exact ages are metrics.")]
    public LastRun? LastRun { get; init; }

    [Description("The value of the annotation httpsd.io/reload that was acted upon last. A long value is shortened and ends in its digest.")]
    [Length(0, 256)]
    public string? LastHandledReload { get; init; }

    [Description("Ready: the path answers with a list. Published: the SD server and the workers have this spec. Generating: runs succeed.")]
    [Items(0, 16)]
    [XListMapKey("type")]
    public IList<V1Condition>? Conditions { get; init; }
}

/// <summary>How runs without parameters end.</summary>
internal sealed record LastRun
{
    [Description("How the last run ended.")]
    [EnumValues("success", "error", "timeout")]
    public string? Outcome { get; init; }

    [Description("Type and message of the error; absent after a success. ?debug=true of the path shows the traceback, too.")]
    [Length(0, 1024)]
    public string? Message { get; init; }

    [Description("Targets in the last good list.")]
    [RangeMinimum(0)]
    public int? Targets { get; init; }

    [Description("When a run ended like this for the first time in a row.")]
    [Format("date-time")]
    public DateTime? Since { get; init; }
}
