using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Operator.Entities.Schema;

namespace HttpSd.Operator.Entities;

/// <summary>
/// The spec's fields as the schema declares them. Never read into: <see cref="TargetGeneratorReader"/> reads
/// specs, and tests keep the two alike.
/// </summary>
[ValidationRule(
    "(has(self.script) ? 1 : 0) + (has(self.scriptFrom) ? 1 : 0) + (has(self.staticTargets) ? 1 : 0) == 1",
    "exactly one of script, scriptFrom and staticTargets is needed")]
[ValidationRule(
    "!has(self.script) || self.runtime != 'exec' || self.script.startsWith('#!')",
    "script: the first line of an exec script names its interpreter, such as #!/bin/bash")]
internal sealed class TargetGeneratorSpec
{
    [Description("Where the SD server answers, below /targets/: segments of letters, digits, '.', '_' and '-' joined by '/', none of them '.' or '..'. Left out: metadata.name. Of two objects with one path the older one has it, the other gets Ready=False with reason PathConflict.")]
    [Length(1, GeneratorPath.MaxLength)]
    [Pattern(@"^([A-Za-z0-9_-][A-Za-z0-9._-]*|\.[A-Za-z0-9_-][A-Za-z0-9._-]*|\.\.[A-Za-z0-9._-]+)(/([A-Za-z0-9_-][A-Za-z0-9._-]*|\.[A-Za-z0-9_-][A-Za-z0-9._-]*|\.\.[A-Za-z0-9._-]+))*$")]
    public string? Path { get; init; }

    [Description("The script. With runtime python it defines generate_targets(**params) and returns the list of target groups; with runtime exec it begins with a #! line and prints the list as JSON. At most 512 KiB. Exactly one of script, scriptFrom and staticTargets is given.")]
    [Length(1, GeneratorLimits.MaxScriptBytes)]
    public string? Script { get; init; }

    [Description("Where the script is kept instead of here. A change there publishes the generator anew.")]
    public ScriptSource? ScriptFrom { get; init; }

    [Description("The list itself. It needs no worker, never expires and ignores query parameters.")]
    [Items(0, SchemaLimits.MaxGroups)]
    public IReadOnlyList<StaticGroup>? StaticTargets { get; init; }

    [Description("How the script is run. python: its function generate_targets is called with the query parameters as keyword arguments. exec: it is started by the interpreter of its #! line, which the worker must allow; parameters come as HTTPSD_PARAM_NAME and as JSON on standard input. Not looked at with staticTargets.")]
    [EnumValues("python", "exec")]
    [DefaultValue("python")]
    public string? Runtime { get; init; }

    [Description("What two runs may share. generator: one warm interpreter, modules stay loaded between runs. job: a fresh fork for each run.")]
    [EnumValues("generator", "job")]
    [DefaultValue("generator")]
    public string? Isolation { get; init; }

    [Description("Wall clock of one run, after which it is stopped with everything that it started: 1s to 1h.")]
    [Duration("1s", "1h")]
    [DefaultValue("30s")]
    public string? Timeout { get; init; }

    [Description("How long a result is fresh: 1s to 24h. Requests have it made anew before it ends, so a polled path stays fresh.")]
    [Duration("1s", "24h")]
    [DefaultValue("5m")]
    public string? CacheTTL { get; init; }

    [Description("How long after cacheTTL a result is still served when no run has succeeded: 0s to 168h. 0s: after cacheTTL the answer is 503, cache expired.")]
    [Duration("0s", "168h")]
    [DefaultValue("0s")]
    public string? StaleTTL { get; init; }

    [Description("How long the error of a failed run is kept for ?debug=true: 0s to 24h. 0s: errors are not kept.")]
    [Duration("0s", "24h")]
    [DefaultValue("1h")]
    public string? ErrorTTL { get; init; }

    [Description("The query parameters that requests may have. When given, even empty, a request with any other is refused with 400. Left out: every parameter is passed on.")]
    [Items(0, GeneratorLimits.MaxParameters)]
    [XListMapKey("name")]
    public IReadOnlyList<SpecParameter>? Parameters { get; init; }

    [Description("How many distinct sets of parameters are kept. A further one takes the place of the one longest not asked for, if that is long enough ago; else it is refused with 400.")]
    [RangeMinimum(1)]
    [RangeMaximum(GeneratorLimits.MaxVariants)]
    [DefaultValue(100)]
    public int? MaxVariants { get; init; }

    [Description("The largest share of the last result's targets, in percent, that a run may drop. One that drops more fails with TargetsShrunk, and the last result stays. 100: no limit.")]
    [RangeMinimum(1)]
    [RangeMaximum(100)]
    [DefaultValue(100)]
    public int? MaxShrinkPercent { get; init; }

    [Description("The WorkerPool whose workers run the script. The pool 'default' always exists; the name of any other must be that of a WorkerPool, or Ready is False with reason PoolNotFound.")]
    [Length(1, 63)]
    [Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
    [DefaultValue("default")]
    public string? WorkerPool { get; init; }

    [Description("No runs. The last good result is served for as long as it is kept.")]
    [DefaultValue(false)]
    public bool? Suspend { get; init; }
}

/// <summary><c>scriptFrom</c>.</summary>
internal sealed class ScriptSource
{
    [Description("A key of a ConfigMap in the object's own namespace.")]
    [Required]
    public ConfigMapKey? ConfigMapKeyRef { get; init; }
}

/// <summary><c>scriptFrom.configMapKeyRef</c>.</summary>
internal sealed class ConfigMapKey
{
    [Description("The ConfigMap's name.")]
    [Required]
    [Length(1, 253)]
    public string? Name { get; init; }

    [Description("The key in its data. What is in binaryData is not taken for a script.")]
    [Required]
    [Length(1, 253)]
    [Pattern("^[-._a-zA-Z0-9]+$")]
    public string? Key { get; init; }
}

/// <summary>One of <c>staticTargets</c>.</summary>
internal sealed class StaticGroup
{
    [Description("Addresses, such as 10.0.1.1:9100.")]
    [Required]
    [Items(0, SchemaLimits.MaxTargetsPerGroup)]
    [Each(1, SchemaLimits.MaxTarget, @"^\S+$")]
    public IReadOnlyList<string>? Targets { get; init; }

    [Description("Labels of all these targets. Names match [a-zA-Z_][a-zA-Z0-9_]*, values are strings.")]
    [PropertyLimits(0, SchemaLimits.MaxLabels)]
    [Each(0, SchemaLimits.MaxLabelValue)]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}

/// <summary>One of <c>parameters</c>.</summary>
[ValidationRule("!has(self.default) || !has(self.enum) || self.enum.size() == 0 || self.default in self.enum", "default: must be one of enum")]
internal sealed class SpecParameter
{
    [Description("As it stands in the URL and, for Python, in the keyword argument.")]
    [Required]
    [Length(1, GeneratorLimits.MaxParameterName)]
    [ValidationRule("self != 'debug' && self != 'reload'", "debug and reload are the server's own and never reach a script")]
    public string? Name { get; init; }

    [Description("Filled in when a request leaves the parameter out. Without it the parameter is left out for the script, too.")]
    [Length(0, GeneratorLimits.MaxParameterText)]
    public string? Default { get; init; }

    [Description("The values allowed; empty or left out: any.")]
    [Items(0, GeneratorLimits.MaxEnumValues)]
    [Each(0, GeneratorLimits.MaxParameterText)]
    public IReadOnlyList<string>? Enum { get; init; }

    [Description("A regular expression (.NET) that the whole value must match.")]
    [Length(0, GeneratorLimits.MaxParameterText)]
    public string? Pattern { get; init; }
}

/// <summary>
/// Bounds that only the schema has. An object has 1.5 MB at most, which bounds a list well enough for code;
/// the server wants a number for each field all the same, to know what its rules may cost.
/// </summary>
internal static class SchemaLimits
{
    public const int MaxGroups = 10_000;
    public const int MaxTargetsPerGroup = 50_000;
    public const int MaxTarget = 2048;
    public const int MaxLabels = 256;
    public const int MaxLabelValue = 16_384;
}
