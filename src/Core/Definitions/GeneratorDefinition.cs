namespace HttpSd.Core.Definitions;

/// <summary>How a generator's targets come about.</summary>
public enum GeneratorRuntime
{
    /// <summary>A list written in the generator itself; needs no worker.</summary>
    Static,

    /// <summary>A Python script that defines <c>generate_targets(**params)</c>.</summary>
    Python,

    /// <summary>A script with a <c>#!</c> line that prints the list as JSON.</summary>
    Exec,
}

/// <summary>What two runs of one generator may share.</summary>
public enum RunIsolation
{
    /// <summary>One warm interpreter per generator; imported modules stay loaded.</summary>
    Generator,

    /// <summary>A fresh fork of a warm interpreter per run.</summary>
    Job,
}

/// <summary>A declared query parameter.</summary>
/// <param name="Name">As it stands in the URL and, for Python, in the keyword argument.</param>
/// <param name="Default">Filled in when a request leaves the parameter out; null: left out.</param>
/// <param name="Enum">The values allowed; null or empty: any.</param>
/// <param name="Pattern">A regular expression that the whole value must match; null: any.</param>
public sealed record ParameterDefinition(
    string Name,
    string? Default = null,
    IReadOnlyList<string>? Enum = null,
    string? Pattern = null);

/// <summary>
/// One generator as the server and the workers know it: everything that a TargetGenerator says, defaults
/// filled in and references resolved, but for the script text, which only workers read
/// (<see cref="GeneratorScript"/>).
/// </summary>
public sealed record GeneratorDefinition
{
    /// <summary>The number of the stored form that this build writes and knows.</summary>
    public const int CurrentSchema = 1;

    /// <summary>The form's number; a process leaves a definition with a number it doesn't know alone.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>The path below <c>/targets/</c>, without slashes at its ends. Unique.</summary>
    public required string Path { get; init; }

    /// <summary>Where it was declared: <c>namespace/name</c>, or a file name; for messages.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The object's UID in a cluster, else empty: an object that was deleted and made again under the same
    /// name is another generator.
    /// </summary>
    public string Uid { get; init; } = "";

    /// <summary>
    /// The file that declares it, with its whole path; null in a cluster. For the publisher: a definition may go when
    /// its file says so, not when that can't be read.
    /// </summary>
    public string? DeclaredIn { get; init; }

    /// <summary>How its targets come about.</summary>
    public GeneratorRuntime Runtime { get; init; } = GeneratorRuntime.Python;

    /// <summary>What two of its runs may share.</summary>
    public RunIsolation Isolation { get; init; } = RunIsolation.Generator;

    /// <summary>Wall clock of one run.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a result is fresh.</summary>
    public TimeSpan CacheTtl { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a result is served past <see cref="CacheTtl"/> when no refresh has succeeded.</summary>
    public TimeSpan StaleTtl { get; init; } = TimeSpan.Zero;

    /// <summary>How long an error record is kept; zero: errors are not kept.</summary>
    public TimeSpan ErrorTtl { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The declared parameters; null: any parameter is passed on.</summary>
    public IReadOnlyList<ParameterDefinition>? Parameters { get; init; }

    /// <summary>How many distinct parameter sets are kept.</summary>
    public int MaxVariants { get; init; } = 100;

    /// <summary>The largest share of the last result's targets, in percent, that a run may drop.</summary>
    public int MaxShrinkPercent { get; init; } = 100;

    /// <summary>The worker pool whose queue its jobs go to.</summary>
    public string WorkerPool { get; init; } = "default";

    /// <summary>No runs; the last good result is served for as long as it is kept.</summary>
    public bool Suspend { get; init; }

    /// <summary>The script's file as tracebacks should name it and <c>__file__</c> says it; null: the path.</summary>
    public string? SourceFile { get; init; }

    /// <summary>
    /// A digest of what its runs depend on and the script; results carry it, so that a change makes them due.
    /// Set by <see cref="DefinitionDigest"/>.
    /// </summary>
    public string Hash { get; init; } = "";
}

/// <summary>A definition together with what only its publisher and the workers need.</summary>
/// <param name="Definition">The definition.</param>
/// <param name="Script">The script, or for a static generator the JSON array of its groups.</param>
public sealed record GeneratorScript(GeneratorDefinition Definition, string Script);
