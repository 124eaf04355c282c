using HttpSd.Core.Definitions;

namespace HttpSd.Cli.Sources;

/// <summary>Finds generators whose runs nobody in this process takes: their jobs would wait without a word.</summary>
internal static class UnservedPools
{
    /// <summary>A warning for each; without a line, so that an edit elsewhere in the file doesn't repeat it.</summary>
    /// <param name="snapshot">What is published.</param>
    /// <param name="pool">The pool that this process' worker serves.</param>
    public static IEnumerable<SourceProblem> Find(SourceSnapshot snapshot, string pool)
    {
        var waiting = snapshot.Generators.Select(script => script.Definition)
            .Where(d => d.WorkerPool != pool && d.Runtime != GeneratorRuntime.Static && !d.Suspend)
            .ToDictionary(d => d.Name, StringComparer.Ordinal);
        foreach (var file in snapshot.Reading.Files)
        {
            foreach (var name in file.Generators.Select(generator => generator.Identity))
            {
                if (waiting.Remove(name, out var definition))
                    yield return new SourceProblem(
                        file.File,
                        null,
                        "spec.workerPool",
                        $"{name} runs only where a worker of pool '{definition.WorkerPool}' uses the same store; this process serves '{pool}'",
                        SourceSeverity.Warning);
            }
        }
    }
}
