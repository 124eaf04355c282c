using System.Text;
using System.Text.Json.Nodes;
using HttpSd.Core;
using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Entities.Schema;

namespace HttpSd.Operator.Tests.Entities;

public sealed class CrdTests
{
    private static readonly JsonNode Version = CrdBuilder.Build(CustomKind.TargetGenerators)["spec"]!["versions"]![0]!;
    private static readonly JsonObject Spec = Schema(CustomKind.TargetGenerators)["properties"]!["spec"]!["properties"]!.AsObject();

    public static TheoryData<string> Kinds => [.. CustomKind.All.Select(k => k.Plural)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_file_is_what_the_types_say(string plural) =>
        Files.Compare(Path.Combine(Files.Root(), $"config/crds/{plural}.httpsd.io.yaml"), Written(plural));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_file_reads_as_what_was_meant(string plural) =>
        JsonNode.DeepEquals(Files.Yaml(Written(plural)).Single(), CrdBuilder.Build(CustomKind.All.Single(k => k.Plural == plural))).Should().BeTrue();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void It_is_below_100_kB(string plural) => Encoding.UTF8.GetByteCount(Written(plural)).Should().BeLessThan(100_000);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Everything_is_described_and_bounded(string plural) =>
        Unbounded(Schema(CustomKind.All.Single(k => k.Plural == plural)), "").Should().BeEmpty();

    [Fact]
    public void Without_a_name_all_kinds_are_written_and_one_that_is_not_there_is_refused()
    {
        using StringWriter output = new(), error = new();

        CrdCommand.Run(output, error, null).Should().Be(0);
        Files.Yaml(output.ToString()).Select(d => (string?)d["spec"]!["names"]!["plural"]).Should().Equal("targetgenerators", "workerpools");
        CrdCommand.Run(output, error, "pods").Should().Be(2);
        error.ToString().Should().StartWith("there is no kind 'pods' here; there are targetgenerators, workerpools");
    }

    [Fact]
    public void Its_fields_are_those_of_the_reader()
    {
        var manifest = Files.Element(new JsonObject
        {
            ["apiVersion"] = "httpsd.io/v1alpha1",
            ["kind"] = "TargetGenerator",
            ["metadata"] = new JsonObject { ["name"] = "a" },
            ["spec"] = new JsonObject(Spec.Select(field => KeyValuePair.Create<string, JsonNode?>(field.Key, 1))),
        });
        var problems = TargetGeneratorReader.Read(manifest, (space, name, _) => ScriptLookupResult.NoConfigMap(space, name)).Problems;

        problems.Should().NotContain(p => p.Message.Contains("not a field"));
        Spec.Select(field => field.Key).Should().BeEquivalentTo(
            "path", "script", "scriptFrom", "staticTargets", "runtime", "isolation", "timeout", "cacheTTL", "staleTTL",
            "errorTTL", "parameters", "maxVariants", "maxShrinkPercent", "workerPool", "suspend");
    }

    [Fact]
    public void Its_defaults_are_those_of_a_definition()
    {
        var otherwise = new GeneratorDefinition { Path = "a", Name = "a" };

        Spec.Where(f => f.Value!["default"] is not null).ToDictionary(f => f.Key, f => f.Value!["default"]!.ToJsonString().Trim('"'))
            .Should().BeEquivalentTo(new Dictionary<string, string>
            {
                ["runtime"] = "python",
                ["isolation"] = "generator",
                ["timeout"] = GoDuration.Format(otherwise.Timeout),
                ["cacheTTL"] = "5m",
                ["staleTTL"] = GoDuration.Format(otherwise.StaleTtl),
                ["errorTTL"] = GoDuration.Format(otherwise.ErrorTtl),
                ["maxVariants"] = $"{otherwise.MaxVariants}",
                ["maxShrinkPercent"] = $"{otherwise.MaxShrinkPercent}",
                ["workerPool"] = otherwise.WorkerPool,
                ["suspend"] = "false",
            });
        otherwise.CacheTtl.Should().Be(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void Its_durations_have_the_readers_bounds()
    {
        Bounds("Timeout").Should().Be((GeneratorLimits.Second, GeneratorLimits.MaxTimeout));
        Bounds("CacheTTL").Should().Be((GeneratorLimits.Second, GeneratorLimits.MaxCacheTtl));
        Bounds("StaleTTL").Should().Be((TimeSpan.Zero, GeneratorLimits.MaxStaleTtl));
        Bounds("ErrorTTL").Should().Be((TimeSpan.Zero, GeneratorLimits.MaxErrorTtl));
    }

    [Fact]
    public void Its_other_bounds_are_the_readers()
    {
        var parameter = Spec["parameters"]!["items"]!["properties"]!;
        var bounds = new[]
        {
            Number(Spec["path"]!["maxLength"]), Number(Spec["script"]!["maxLength"]), Number(Spec["parameters"]!["maxItems"]),
            Number(parameter["name"]!["maxLength"]), Number(parameter["default"]!["maxLength"]), Number(parameter["pattern"]!["maxLength"]),
            Number(parameter["enum"]!["maxItems"]), Number(parameter["enum"]!["items"]!["maxLength"]), Number(Spec["maxVariants"]!["maximum"]),
        };
        bounds.Should().Equal(
            GeneratorPath.MaxLength, GeneratorLimits.MaxScriptBytes, GeneratorLimits.MaxParameters,
            GeneratorLimits.MaxParameterName, GeneratorLimits.MaxParameterText, GeneratorLimits.MaxParameterText,
            GeneratorLimits.MaxEnumValues, GeneratorLimits.MaxParameterText, GeneratorLimits.MaxVariants);
    }

    [Fact]
    public void Kubectl_shows_the_columns() =>
        Version["additionalPrinterColumns"]!.AsArray().Select(c => $"{c!["name"]} {c["priority"]}".Trim()).Should().Equal(
            "Path", "Targets", "Ready", "Reason", "Since", "Suspended", "Runtime 1", "Pool 1", "Age 1", "Message 1");

    private static JsonObject Schema(CustomKind kind) =>
        CrdBuilder.Build(kind)["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!.AsObject();

    private static string Written(string plural)
    {
        using StringWriter output = new();
        CrdCommand.Run(output, output, plural);
        return output.ToString();
    }

    private static IEnumerable<string> Unbounded(JsonNode schema, string place)
    {
        var type = (string?)schema["type"];
        if (place.Length > 0 && !place.EndsWith(']') && place is not (".apiVersion" or ".kind" or ".metadata") && schema["description"] is null)
            yield return $"{place}: no description";
        if (type == "string" && place is not (".apiVersion" or ".kind")
            && schema["maxLength"] is null && schema["enum"] is null && (string?)schema["format"] != "date-time")
            yield return $"{place}: no maxLength";
        if (type == "array" && schema["maxItems"] is null)
            yield return $"{place}: no maxItems";
        if (schema["additionalProperties"] is not null && schema["maxProperties"] is null)
            yield return $"{place}: no maxProperties";
        IEnumerable<(JsonNode, string)> inner = schema["properties"]?.AsObject().Select(p => (p.Value!, $"{place}.{p.Key}")) ?? [];
        if (schema["items"] is { } items)
            inner = inner.Append((items, place + "[]"));
        if (schema["additionalProperties"] is { } values)
            inner = inner.Append((values, place + "[]"));
        foreach (var problem in inner.SelectMany(i => Unbounded(i.Item1, i.Item2)))
            yield return problem;
    }

    private static int Number(JsonNode? node) => int.Parse(node!.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);

    private static (TimeSpan, TimeSpan) Bounds(string property)
    {
        var duration = (DurationAttribute)Attribute.GetCustomAttribute(typeof(TargetGeneratorSpec).GetProperty(property)!, typeof(DurationAttribute))!;
        GoDuration.TryParse(duration.Min, out var min).Should().BeTrue();
        GoDuration.TryParse(duration.Max, out var max).Should().BeTrue();
        return (min, max);
    }
}
