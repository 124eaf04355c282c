using HttpSd.Core.Definitions;
using HttpSd.Core.Runs;

namespace HttpSd.Worker.Runner.Wire;

/// <summary>The header of a run that the agent asks for; the body is the script.</summary>
internal sealed record RunRequest
{
    public const int CurrentVersion = 1;

    public int Version { get; init; } = CurrentVersion;

    public required string RunId { get; init; }

    public required string Path { get; init; }

    public required string Hash { get; init; }

    public required GeneratorRuntime Runtime { get; init; }

    public required RunIsolation Isolation { get; init; }

    public required long TimeoutMilliseconds { get; init; }

    public required string SourceFile { get; init; }

    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    public bool Check { get; init; }

    public static RunRequest Of(ScriptRun run)
    {
        var definition = run.Script.Definition;
        return new RunRequest
        {
            RunId = run.RunId,
            Path = definition.Path,
            Hash = definition.Hash,
            Runtime = definition.Runtime,
            Isolation = definition.Isolation,
            TimeoutMilliseconds = (long)definition.Timeout.TotalMilliseconds,
            SourceFile = definition.SourceFile ?? definition.Path + ".py",
            Parameters = run.Parameters,
            Check = run.Check,
        };
    }
}
