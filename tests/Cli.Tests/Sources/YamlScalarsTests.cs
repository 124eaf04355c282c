using System.Text;
using CsCheck;
using HttpSd.Cli.Sources.Yaml;

namespace HttpSd.Cli.Tests.Sources;

public sealed class YamlScalarsTests
{
    [Theory]
    [InlineData("1", "1")]
    [InlineData("-007", "-7")]
    [InlineData("+5", "5")]
    [InlineData("0o17", "15")]
    [InlineData("0xff", "255")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    [InlineData("1.5", "1.5")]
    [InlineData(".5", "0.5")]
    [InlineData("1e3", "1000")]
    [InlineData("true", "true")]
    [InlineData("False", "false")]
    [InlineData("~", "null")]
    [InlineData("", "null")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("off", "\"off\"")]
    [InlineData("12:30", "\"12:30\"")]
    [InlineData("2026-01-01", "\"2026-01-01\"")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData("0b1", "\"0b1\"")]
    [InlineData("1.2.3.4", "\"1.2.3.4\"")]
    [InlineData("'1'", "\"1\"")]
    [InlineData("!!str 1", "\"1\"")]
    [InlineData("!!int '1'", "1")]
    [InlineData("\"true\"", "\"true\"")]
    public void A_scalar_follows_the_core_schema(string yaml, string json)
    {
        var (documents, problem) = YamlComposer.Compose($"- {yaml}");
        problem.Should().BeNull();
        Encoding.UTF8.GetString(YamlJson.Write(documents.Single().Root).Json.Span).Should().Be($"[{json}]");
    }

    [Fact]
    public void No_text_throws() => Gen.String[Gen.Char["ab:-?[]{},&*!|>'\"%@#\n \t0.~\ud800"], 0, 30].Sample(text =>
    {
        var (documents, _) = YamlComposer.Compose(text);
        foreach (var document in documents)
            YamlJson.Write(document.Root);
        return true;
    }, iter: 20_000);
}
