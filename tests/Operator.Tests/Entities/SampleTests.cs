using System.Text.Json.Nodes;
using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Operator.Entities.Schema;

namespace HttpSd.Operator.Tests.Entities;

public sealed class SampleTests
{
    private static readonly JsonNode Schema = JsonNode.Parse(
        CrdBuilder.Build(CustomKind.TargetGenerators)["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!.ToJsonString())!;

    [Fact]
    public void Every_sample_conforms_to_the_schema()
    {
        var generators = Directory.GetFiles(Path.Combine(Files.Root(), "config/samples"), "*.yaml")
            .SelectMany(file => Files.Yaml(File.ReadAllText(file)))
            .Where(document => (string?)document["kind"] == "TargetGenerator").ToList();

        generators.Should().HaveCountGreaterThan(10);
        generators.SelectMany(g => SchemaCheck.Problems(Schema, JsonNode.Parse(g.ToJsonString()))).Should().BeEmpty();
    }

    [Theory]
    [InlineData("a")]
    [InlineData("gateway/eu")]
    [InlineData(".a/..b/...")]
    [InlineData("A_b-c.d")]
    [InlineData(".")]
    [InlineData("a/..")]
    [InlineData("./a")]
    [InlineData("a//b")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("ä")]
    [InlineData("")]
    public void The_schemas_paths_are_the_readers(string path) =>
        Problems("path", path).Any().Should().Be(GeneratorPath.Problem(path) is not null);

    [Theory]
    [InlineData("0", true)]
    [InlineData("0s", true)]
    [InlineData("1h30m", true)]
    [InlineData("1.5h", true)]
    [InlineData(".5m", true)]
    [InlineData("250ms", true)]
    [InlineData("", false)]
    [InlineData("5", false)]
    [InlineData("-5s", false)]
    [InlineData("5 s", false)]
    [InlineData("5d", false)]
    public void The_schemas_durations_are_the_readers(string text, bool valid)
    {
        Problems("staleTTL", text).Any().Should().Be(!valid);
        Core.GoDuration.TryParse(text, out _).Should().Be(valid);
    }

    [Fact]
    public void The_readers_most_is_the_schemas_most()
    {
        Problems("parameters", new JsonArray([.. Enumerable.Range(0, GeneratorLimits.MaxParameters).Select(i => new JsonObject { ["name"] = $"p{i}" })]))
            .Should().BeEmpty();
        Problems("maxVariants", GeneratorLimits.MaxVariants + 1).Should().Equal(".spec.maxVariants: range");
    }

    private static IEnumerable<string> Problems(string field, JsonNode value)
    {
        var manifest = new JsonObject { ["spec"] = new JsonObject { [field] = value } };
        return SchemaCheck.Problems(Schema, JsonNode.Parse(manifest.ToJsonString()));
    }
}
