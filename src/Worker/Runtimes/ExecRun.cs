using System.Text.Json;
using HttpSd.Core.Requests;
using HttpSd.Worker.Runner.Host;
using HttpSd.Worker.Runner.Processes;
using HttpSd.Worker.Runner.Wire;

namespace HttpSd.Worker.Runtimes;

/// <summary>One run of an <c>exec</c> script: its files and its environment.</summary>
internal sealed record ExecRun(string Owner, string Directory, IReadOnlyList<string> Command)
{
    private const int ReadAndExecute = 0b101_000_000, LongestVariable = 100_000, LongestName = 200;

    /// <summary>Standard input: a file, so that a script which never reads it blocks nobody.</summary>
    public static Descriptor Input(RunRequest request) => Descriptor.Memory(
        "parameters", JsonSerializer.SerializeToUtf8Bytes(request.Parameters, WireJson.Default.IReadOnlyDictionaryStringString));

    /// <summary>Lays the script beside its fresh working directory and says how to start it.</summary>
    public SpawnPlan Plan(
        ScriptEnvironment environment, RunRequest request, byte[] script, IReadOnlyList<Descriptor> descriptors)
    {
        var home = Path.Combine(Directory, "work");
        Libc.Check(Libc.mkdir(home, 0b111_000_000), $"mkdir {home}");
        var file = Path.Combine(Directory, ScriptName(request.Path));
        File.WriteAllBytes(file, script);
        Libc.Check(Libc.chmod(file, ReadAndExecute), "chmod");

        var variables = environment.Build(Owner, request.Path, home);
        if (request.Check)
            variables["HTTPSD_CHECK"] = variables["PROMETHEUS_HTTP_SD_IS_TEST"] = "1";
        // Of declared defaults with one variable the first name has it, always the same; standard input has both.
        foreach (var (name, value) in request.Parameters.OrderByDescending(p => p.Key, StringComparer.Ordinal))
        {
            // A variable can't hold a NUL or more than the kernel takes; standard input has the value in full.
            if (value.Length <= LongestVariable && !value.Contains('\0'))
                variables[ParameterVariable.Of(name)] = value;
        }

        return new SpawnPlan(Owner, [.. Command, file], variables, descriptors, home);
    }

    private static string ScriptName(string path) =>
        path.Split('/')[^1] is { Length: > 0 } name and not ("work" or "." or "..")
            ? name[..Math.Min(name.Length, LongestName)]
            : "script";
}
