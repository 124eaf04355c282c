using System.Text.Json;
using System.Text.RegularExpressions;
using HttpSd.Core;
using HttpSd.Core.Definitions;
using HttpSd.Operator.Scaling;

namespace HttpSd.Operator.Pools;

/// <summary>Reads the specs of WorkerPools; has every rule of the schema, since older API servers drop some. Never throws for what it reads.</summary>
internal static partial class WorkerPoolReader
{
    public const int MostReplicas = 1000;
    public const int MostSlots = 1000;
    public const int MostNamespaces = 256;
    public const int MostRequirements = 32;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    /// <summary>The settings, or all that is wrong.</summary>
    public static (PoolSettings? Settings, IReadOnlyList<FieldProblem> Problems) Read(string name, JsonElement spec)
    {
        var problems = new List<FieldProblem>();
        if (!IsPoolName(name))
            problems.Add(new FieldProblem(
                "metadata.name",
                $"'{Excerpt.Of(name)}' is not the name of a pool: at most 63 lower case letters, digits and '-', a letter or digit at both ends"));
        if (spec.ValueKind != JsonValueKind.Object)
        {
            problems.Add(new FieldProblem(
                "spec", spec.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? "is missing" : $"{JsonStrings.Describe(spec)}, an object is expected"));
            return (null, problems);
        }
        var settings = ReadSpec(new FieldReader(spec, "spec", problems));
        return problems.Count == 0 ? (settings, problems) : (null, problems);
    }

    public static bool IsPoolName(string name) => name.Length <= 63 && Label().IsMatch(name);

    private static PoolSettings ReadSpec(FieldReader spec)
    {
        spec.RefuseOthers(
            "scaleTargetRef", "minReplicas", "maxReplicas", "objective", "concurrency", "scaleDown", "fallback", "mode", "allowedNamespaces");
        var otherwise = new ScalingSpec();
        var target = ReadTarget(spec);
        var known = spec.Problems.Count;
        var (min, max) = (spec.Integer("minReplicas", otherwise.MinReplicas, 0, MostReplicas), spec.Integer("maxReplicas", otherwise.MaxReplicas, 1, MostReplicas));
        if (min > max && spec.Problems.Count == known)
            spec.Report("minReplicas", $"{min} is above maxReplicas, which is {max}");
        var objective = Object(spec, "objective", "maxPendingAge");
        var scaling = new ScalingSpec
        {
            MinReplicas = min,
            MaxReplicas = max,
            MaxPendingAge = objective?.Duration("maxPendingAge", otherwise.MaxPendingAge, TimeSpan.FromSeconds(1), Hour) ?? otherwise.MaxPendingAge,
            Concurrency = spec.Integer("concurrency", otherwise.Concurrency, 1, MostSlots),
            ScaleDown = ReadScaleDown(spec),
            Fallback = ReadFallback(spec, max),
        };
        var recommends = spec.Word("mode", false, ("Active", false), ("Recommend", true));
        NamespaceRuleReader.Read(spec);
        return new PoolSettings(target, scaling, recommends);
    }

    private static string ReadTarget(FieldReader spec)
    {
        if (Object(spec, "scaleTargetRef", "apiVersion", "kind", "name") is not { } target)
        {
            if (spec.Value("scaleTargetRef") is null)
                spec.Report("scaleTargetRef", "is needed");
            return "";
        }
        target.Word("apiVersion", "", ("apps/v1", ""));
        target.Word("kind", "", ("Deployment", ""));
        var known = spec.Problems.Count;
        var name = target.Text("name") ?? "";
        if (spec.Problems.Count > known)
            return "";
        if (name.Length == 0)
            target.Report("name", "is needed");
        else if (name.Length > 253 || !ObjectName().IsMatch(name))
            target.Report("name", $"'{Excerpt.Of(name)}' is not a name: lower case letters, digits, '-' and '.', a letter or digit at both ends, at most 253");
        return name;
    }

    private static ScaleDownRule ReadScaleDown(FieldReader spec)
    {
        var otherwise = new ScaleDownRule();
        return Object(spec, "scaleDown", "loadWindow", "backlogWindow", "idleAfter", "deadbandPercent") is not { } rule
            ? otherwise
            : otherwise with
            {
                LoadWindow = rule.Duration("loadWindow", otherwise.LoadWindow, TimeSpan.Zero, Hour),
                BacklogWindow = rule.Duration("backlogWindow", otherwise.BacklogWindow, TimeSpan.Zero, Hour),
                IdleAfter = rule.Duration("idleAfter", otherwise.IdleAfter, TimeSpan.Zero, Day),
                DeadbandPercent = rule.Integer("deadbandPercent", otherwise.DeadbandPercent, 0, 100),
            };
    }

    private static FallbackRule? ReadFallback(FieldReader spec, int max)
    {
        if (Object(spec, "fallback", "replicas", "after") is not { } rule)
            return null;
        if (rule.Value("replicas") is null)
            rule.Report("replicas", "is needed");
        var replicas = rule.Integer("replicas", 0, 0, MostReplicas);
        if (replicas > max)
            rule.Report("replicas", $"{replicas} is above maxReplicas, which is {max}");
        var otherwise = new FallbackRule(replicas);
        return otherwise with { After = rule.Duration("after", otherwise.After, TimeSpan.Zero, Day) };
    }

    private static FieldReader? Object(FieldReader spec, string name, params IReadOnlyList<string> fields)
    {
        var inner = spec.Object(name);
        inner?.RefuseOthers(fields);
        return inner;
    }

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex Label();

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex ObjectName();
}
