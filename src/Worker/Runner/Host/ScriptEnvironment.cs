using HttpSd.Worker.Runner.Processes;

namespace HttpSd.Worker.Runner.Host;

/// <summary>All that a script sees of an environment. Nothing is inherited but what is named.</summary>
internal sealed class ScriptEnvironment
{
    public const string SearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private readonly KeyValuePair<string, string>[] _passed;

    public ScriptEnvironment(IEnumerable<string> passed) =>
        _passed = passed.Append("TZ")
            .Distinct(StringComparer.Ordinal)
            .Select(name => KeyValuePair.Create(name, Environment.GetEnvironmentVariable(name) ?? ""))
            .Where(pair => pair.Value.Length > 0)
            .ToArray();

    /// <summary>What the worker's own variables that are passed on hold.</summary>
    public IEnumerable<string> Values => _passed.Select(pair => pair.Value);

    /// <summary>The variables of one process.</summary>
    /// <param name="owner">Its mark, by which orphans are attributed.</param>
    /// <param name="path">The generator's path.</param>
    /// <param name="home">HOME and TMPDIR.</param>
    public Dictionary<string, string> Build(string owner, string path, string home) => new(_passed)
    {
        ["PATH"] = SearchPath,
        ["HOME"] = home,
        ["TMPDIR"] = home,
        ["LANG"] = "C.UTF-8",
        ["HTTPSD_PATH"] = path,
        [Census.Marker] = owner,
    };

    /// <summary>The file that a bare name stands for on the scripts' PATH; null when there is none.</summary>
    public static string? Find(string program) =>
        program.StartsWith('/')
            ? File.Exists(program) ? program : null
            : SearchPath.Split(':').Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);
}
