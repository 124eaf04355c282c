using System.Reflection;

namespace HttpSd.Worker.Runner;

/// <summary>How a runner process is started; the runner's own options come after the arguments.</summary>
/// <param name="FileName">The program.</param>
/// <param name="Arguments">Its first arguments, the hidden verb among them.</param>
public sealed record RunnerCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>This very program with a verb, whether it was started by its own executable or by <c>dotnet X.dll</c>.</summary>
    public static RunnerCommand ForThisProgram(string verb)
    {
        var program = Environment.ProcessPath ?? "dotnet";
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? new RunnerCommand(program, [Assembly.GetEntryAssembly()!.Location, verb])
            : new RunnerCommand(program, [verb]);
    }
}
