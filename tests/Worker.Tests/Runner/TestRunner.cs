using HttpSd.Core.Definitions;
using HttpSd.Core.Runs;
using HttpSd.Worker.Runner;
using HttpSd.Worker.Runner.Host;
using Microsoft.Extensions.Logging.Abstractions;

namespace HttpSd.Worker.Tests.Runner;

/// <summary>A real runner process and a client of it.</summary>
public sealed class TestRunner : IAsyncDisposable
{
    private static int _count;

    public TestRunner()
        : this(Telling, user: 0)
    {
    }

    private TestRunner(RunnerHostOptions options, int user)
    {
        Process = RunnerProcess.Start(Command, options, user, NullLogger.Instance);
        Client = new RunnerClient(Process.SocketPath, ClientOptions);
    }

    /// <summary>One that has other options.</summary>
    /// <param name="options">All of them.</param>
    /// <param name="user">What the runner becomes; 0: what the tests are.</param>
    public static TestRunner With(RunnerHostOptions options, int user = 0) => new(options, user);

    /// <summary>Options under which scripts can tell the tests something in the folder of temporary files.</summary>
    public static RunnerHostOptions Telling { get; } = new() { WritePaths = [Path.GetTempPath()] };

    public static RunnerCommand Command { get; } =
        new(Path.Combine(AppContext.BaseDirectory, "HttpSd.RunnerHost"), []);

    public static RunnerClientOptions ClientOptions { get; } = new() { ConnectTimeout = TimeSpan.FromSeconds(20) };

    public RunnerProcess Process { get; }

    public RunnerClient Client { get; }

    public string WorkDirectory => Path.Combine(Path.GetDirectoryName(Process.SocketPath)!, "runs");

    /// <summary>What runs have left: nothing, ever. An interpreter that lives has an empty folder for its next one.</summary>
    public IEnumerable<string> Left => Directory.GetDirectories(WorkDirectory).SelectMany(
        folder => IsOfInterpreter(folder) ? Directory.GetFileSystemEntries(folder) : [folder])
        .Concat(Directory.GetFiles(WorkDirectory));

    public static ScriptRun Python(string script, string? path = null) => Run(
        new GeneratorDefinition { Path = path ?? NewPath(), Name = "test", SourceFile = "my_script.py" }, script);

    public static ScriptRun Exec(string script) => Run(
        new GeneratorDefinition { Path = NewPath(), Name = "test", Runtime = GeneratorRuntime.Exec }, script);

    public static ScriptRun Run(GeneratorDefinition definition, string script) => new(
        Guid.NewGuid().ToString("N"),
        new GeneratorScript(definition with { Hash = definition.Hash + script.GetHashCode(StringComparison.Ordinal) }, script),
        new Dictionary<string, string>());

    public Task<ScriptReport> RunAsync(ScriptRun run) => Client.RunAsync(run, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Process.DisposeAsync();
    }

    private bool IsOfInterpreter(string folder) => Path.GetFileName(folder).StartsWith($"{Process.ProcessId}-", StringComparison.Ordinal);

    private static string NewPath() => $"generator-{Interlocked.Increment(ref _count)}";
}

internal static class Reading
{
    public static ScriptRun With(this ScriptRun run, Func<GeneratorDefinition, GeneratorDefinition> change) =>
        run with { Script = run.Script with { Definition = change(run.Script.Definition) } };

    public static ScriptRun With(this ScriptRun run, params (string Name, string Value)[] parameters) =>
        run with { RunId = Guid.NewGuid().ToString("N"), Parameters = parameters.ToDictionary(p => p.Name, p => p.Value) };

    public static ScriptRun Again(this ScriptRun run) => run with { RunId = Guid.NewGuid().ToString("N") };

    public static string Text(this ScriptReport report) => System.Text.Encoding.UTF8.GetString(report.Output.Span);
}
