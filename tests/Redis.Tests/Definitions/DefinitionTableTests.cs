using HttpSd.Redis.Definitions;

namespace HttpSd.Redis.Tests.Definitions;

public sealed class DefinitionTableTests
{
    private static readonly DefinitionTable Table = new(
        new[] { "gateway/b", "gateway", "gateway/a", "gateway-old/a", "gateway.x", "other", "gateway/a/deep" }
            .Select(path => new PublishedDefinition(Scripts.Python(path).Definition, 1)));

    [Theory]
    [InlineData("gateway", "gateway/a gateway/a/deep gateway/b")]
    [InlineData("gateway/a", "gateway/a/deep")]
    [InlineData("gate", "")]
    [InlineData("zzz", "")]
    [InlineData("", "gateway gateway-old/a gateway.x gateway/a gateway/a/deep gateway/b other")]
    public void Below_a_prefix_are_whole_segments_in_path_order(string prefix, string paths)
    {
        string.Join(' ', Table.Below(prefix).Select(d => d.Definition.Path)).Should().Be(paths);
    }

    [Fact]
    public void A_definition_is_found_by_its_exact_path()
    {
        Table.Find("gateway/a")!.Definition.Path.Should().Be("gateway/a");
        Table.Find("Gateway/a").Should().BeNull();
        Table.Find("").Should().BeNull();
        DefinitionTable.Empty.Below("").Should().BeEmpty();
    }
}
