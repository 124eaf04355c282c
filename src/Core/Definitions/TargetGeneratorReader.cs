using System.Text.Json;
using System.Text.RegularExpressions;
using HttpSd.Core.Requests;
using HttpSd.Core.Targets;

namespace HttpSd.Core.Definitions;

/// <summary>Reads a TargetGenerator object, as Kubernetes holds it or a file says it. Never throws for what it reads.</summary>
public static partial class TargetGeneratorReader
{
    /// <summary>The API version that this build reads.</summary>
    public const string ApiVersion = "httpsd.io/v1alpha1";

    /// <summary>The kind.</summary>
    public const string Kind = "TargetGenerator";

    private static readonly string[] SpecFields =
    [
        "path", "script", "scriptFrom", "staticTargets", "runtime", "isolation", "timeout", "cacheTTL", "staleTTL",
        "errorTTL", "parameters", "maxVariants", "maxShrinkPercent", "workerPool", "suspend",
    ];

    /// <summary>The generator with defaults filled in and references resolved, or all that is wrong with it.</summary>
    /// <param name="manifest">The object; <c>status</c> is not looked at.</param>
    /// <param name="lookup">Finds what <c>scriptFrom</c> refers to.</param>
    /// <param name="limits">What <c>staticTargets</c> may be; null: whoever publishes them says how many are too many.</param>
    public static ManifestResult Read(JsonElement manifest, ScriptLookup lookup, TargetListLimits? limits = null)
    {
        var problems = new List<FieldProblem>();
        if (manifest.ValueKind != JsonValueKind.Object)
        {
            problems.Add(new FieldProblem("", $"{JsonStrings.Describe(manifest)}, a {Kind} is an object"));
            return new ManifestResult("default", "", null, problems);
        }

        var root = new FieldReader(manifest, "", problems);
        var (space, name) = ReadMetadata(root);
        root.Word("apiVersion", "", (ApiVersion, ApiVersion));
        root.Word("kind", "", (Kind, Kind));
        foreach (var field in (ReadOnlySpan<string>)["apiVersion", "kind"])
            if (root.Value(field) is null)
                root.Report(field, $"is missing, {(field == "kind" ? Kind : ApiVersion)} is expected");
        // Fields of another version would only be complained about in the words of this one.
        if (problems.Any(problem => problem.Field is "apiVersion" or "kind"))
            return new ManifestResult(space, name, null, problems);

        root.RefuseOthers("apiVersion", "kind", "metadata", "spec", "status");
        var generator = ReadSpec(root, space, name, lookup, limits);
        return problems.Count > 0 || generator is null
            ? new ManifestResult(space, name, null, problems)
            : new ManifestResult(space, name, DefinitionDigest.Seal(generator), []);
    }

    private static (string Namespace, string Name) ReadMetadata(FieldReader root)
    {
        var metadata = root.Object("metadata");
        var known = root.Problems.Count;
        var name = metadata?.Text("name") ?? "";
        var space = metadata?.Text("namespace") is { Length: > 0 } given ? given : "default";
        if (root.Problems.Count > known || metadata is null && root.Value("metadata") is not null)
            return (space, name);

        if (name.Length == 0)
            root.Report("metadata.name", "is needed");
        else if (name.Length > 253 || !ObjectName().IsMatch(name))
            root.Report("metadata.name", $"'{Excerpt.Of(name)}' is not a name: lower case letters, digits, '-' and '.', a letter or digit at both ends, at most 253");
        if (space.Length > 63 || !PlainName().IsMatch(space))
            root.Report("metadata.namespace", $"'{Excerpt.Of(space)}' is not a namespace: lower case letters, digits and '-', a letter or digit at both ends, at most 63");
        return (space, name);
    }

    private static GeneratorScript? ReadSpec(
        FieldReader root, string space, string name, ScriptLookup lookup, TargetListLimits? limits)
    {
        if (root.Object("spec") is not { } spec)
        {
            if (root.Value("spec") is null)
                root.Report("spec", "is missing");
            return null;
        }

        spec.RefuseOthers(SpecFields);
        var source = ScriptReader.Read(spec, space, lookup, limits);
        var otherwise = new GeneratorDefinition { Path = ReadPath(spec, name), Name = $"{space}/{name}" };
        var definition = otherwise with
        {
            Runtime = source?.Runtime ?? otherwise.Runtime,
            Isolation = spec.Word(
                "isolation", otherwise.Isolation, ("generator", RunIsolation.Generator), ("job", RunIsolation.Job)),
            Timeout = spec.Duration("timeout", otherwise.Timeout, GeneratorLimits.Second, GeneratorLimits.MaxTimeout),
            CacheTtl = spec.Duration("cacheTTL", otherwise.CacheTtl, GeneratorLimits.Second, GeneratorLimits.MaxCacheTtl),
            StaleTtl = spec.Duration("staleTTL", otherwise.StaleTtl, TimeSpan.Zero, GeneratorLimits.MaxStaleTtl),
            ErrorTtl = spec.Duration("errorTTL", otherwise.ErrorTtl, TimeSpan.Zero, GeneratorLimits.MaxErrorTtl),
            Parameters = ParameterReader.Read(spec),
            MaxVariants = spec.Integer("maxVariants", otherwise.MaxVariants, 1, GeneratorLimits.MaxVariants),
            MaxShrinkPercent = spec.Integer("maxShrinkPercent", otherwise.MaxShrinkPercent, 1, 100),
            WorkerPool = ReadPool(spec) ?? otherwise.WorkerPool,
            Suspend = spec.Flag("suspend", otherwise.Suspend),
        };
        // Each default alone may be fine, and all together more than a request may have.
        if (GeneratorPath.Problem(definition.Path) is null && ParameterRules.Resolve(definition, []).Refusal is { } refusal)
            spec.Report("parameters", $"with their defaults {refusal}");
        return source is { } found ? new GeneratorScript(definition, found.Script) : null;
    }

    private static string ReadPath(FieldReader spec, string name)
    {
        if (spec.Text("path") is not { } path)
            return name;
        if (GeneratorPath.Problem(path) is { } problem)
            spec.Report("path", problem);
        return path;
    }

    private static string? ReadPool(FieldReader spec)
    {
        var pool = spec.Text("workerPool");
        if (pool is null || (pool.Length <= 63 && PlainName().IsMatch(pool)))
            return pool;
        spec.Report("workerPool", $"'{Excerpt.Of(pool)}' is not the name of a pool: lower case letters, digits and '-', a letter or digit at both ends, at most 63");
        return null;
    }

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex ObjectName();

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex PlainName();
}
