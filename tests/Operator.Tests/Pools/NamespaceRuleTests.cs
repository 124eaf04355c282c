using System.Text.Json;
using HttpSd.Operator.Pools;

namespace HttpSd.Operator.Tests.Pools;

public sealed class NamespaceRuleTests
{
    private static readonly Dictionary<string, string> TeamA = new() { ["team"] = "a", ["stage"] = "prod" };

    [Theory]
    [InlineData("""{"names":["ns"]}""", true)]
    [InlineData("""{"names":["other"]}""", false)]
    [InlineData("""{"names":[]}""", false)]
    [InlineData("""{"selector":{}}""", true)]
    [InlineData("""{"names":["other"],"selector":{"matchLabels":{"team":"a"}}}""", true)]
    [InlineData("""{"selector":{"matchLabels":{"team":"a","stage":"test"}}}""", false)]
    [InlineData("""{"selector":{"matchExpressions":[{"key":"team","operator":"In","values":["a","b"]}]}}""", true)]
    [InlineData("""{"selector":{"matchExpressions":[{"key":"team","operator":"NotIn","values":["a"]}]}}""", false)]
    [InlineData("""{"selector":{"matchExpressions":[{"key":"gone","operator":"NotIn","values":["a"]}]}}""", true)]
    [InlineData("""{"selector":{"matchExpressions":[{"key":"team","operator":"Exists"}]}}""", true)]
    [InlineData("""{"selector":{"matchExpressions":[{"key":"team","operator":"DoesNotExist"}]}}""", false)]
    [InlineData("""{"selector":{"matchLabels":{"team":"a"},"matchExpressions":[{"key":"gone","operator":"Exists"}]}}""", false)]
    public void A_namespace_is_admitted_by_its_name_or_by_its_labels(string allowed, bool admitted) =>
        Rule(allowed)!.Admits("ns", TeamA).Should().Be(admitted);

    [Fact]
    public void Without_a_rule_everybody_is_admitted_and_with_a_broken_one_nobody()
    {
        NamespaceRuleReader.Of(JsonDocument.Parse("{}").RootElement).Should().BeNull();
        Rule("""{"names":"ns"}""")!.Admits("ns", TeamA).Should().BeFalse();
    }

    [Fact]
    public void Where_labels_cannot_be_read_only_names_count_and_who_is_refused_reads_it()
    {
        var rule = Rule("""{"names":["a","b"],"selector":{}}""")!;

        rule.Admits("ns", null).Should().BeFalse();
        rule.Admits("a", null).Should().BeTrue();
        rule.Described(false).Should().Be("a, b, those of its selector, whose labels this operator may not read");
        rule.Described(true).Should().Be("a, b, those with the labels of its selector");
        Rule("""{"names":[]}""")!.Described(true).Should().Be("nobody");
    }

    private static NamespaceRule? Rule(string allowed) =>
        NamespaceRuleReader.Of(JsonDocument.Parse($$"""{"allowedNamespaces":{{allowed}}}""").RootElement);
}
