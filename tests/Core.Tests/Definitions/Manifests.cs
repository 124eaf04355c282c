using System.Text.Json;
using HttpSd.Core.Definitions;

namespace HttpSd.Core.Tests.Definitions;

internal static class Manifests
{
    public static readonly ScriptLookup NoScripts = (space, name, _) => ScriptLookupResult.NoConfigMap(space, name);

    public static JsonElement Json(string json) => JsonDocument.Parse(json).RootElement;

    public static JsonElement Object(string spec, string metadata = "\"name\":\"my-service\"") => Json(
        $$"""{"apiVersion":"httpsd.io/v1alpha1","kind":"TargetGenerator","metadata":{{{metadata}}},"spec":{{spec}}}""");

    public static GeneratorScript Generator(string spec)
    {
        var result = TargetGeneratorReader.Read(Object(spec), NoScripts);
        result.Problems.Should().BeEmpty();
        return result.Generator!;
    }

    public static IEnumerable<string> Problems(string spec)
    {
        var result = TargetGeneratorReader.Read(Object(spec), NoScripts);
        (result.Generator is null).Should().Be(result.Problems.Count > 0);
        return result.Problems.Select(problem => problem.ToString());
    }
}
