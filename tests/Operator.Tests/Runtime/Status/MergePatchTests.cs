using System.Text.Json.Nodes;
using CsCheck;
using HttpSd.Operator.Runtime.Status;

namespace HttpSd.Operator.Tests.Runtime.Status;

public sealed class MergePatchTests
{
    [Theory]
    [InlineData("""{"a":1,"b":{"c":[1,2]}}""", """{"b":{"c":[1,2]},"a":1.0}""", null)]
    [InlineData("""{"a":1}""", """{"a":1,"b":null}""", null)]
    [InlineData("""{"a":1,"b":2}""", """{"a":1}""", """{"b":null}""")]
    [InlineData("""{"a":{"x":1,"y":2}}""", """{"a":{"x":1,"y":3}}""", """{"a":{"y":3}}""")]
    [InlineData("""{"a":[1,2]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""{"a":{"x":1}}""", """{"a":{}}""", """{"a":{"x":null}}""")]
    [InlineData("{}", """{"a":{"x":null,"y":1}}""", """{"a":{"y":1}}""")]
    [InlineData("""{"a":1}""", """{"a":{"x":1}}""", """{"a":{"x":1}}""")]
    public void Only_what_differs_is_sent_and_what_is_gone_is_null(string held, string desired, string? patch) =>
        MergePatch.Between(Parse(held), Parse(desired))?.ToJsonString().Should().Be(patch is null ? null : Parse(patch).ToJsonString());

    [Fact]
    public void The_patch_makes_one_of_any_two_the_other() =>
        Gen.Select(Objects, Objects).Sample((held, desired) =>
        {
            var patched = Parse(held);
            if (MergePatch.Between(Parse(held), Parse(desired)) is { } patch)
                Apply(patched, patch);
            return MergePatch.Between(patched, Parse(desired)) is null;
        });

    private static readonly Gen<string> Objects =
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Bool).Select((a, b, c, deep) => new JsonObject
        {
            [$"k{a}"] = b,
            ["o"] = deep ? new JsonObject { [$"k{b}"] = new JsonObject { [$"k{c}"] = 1 }, ["l"] = new JsonArray(a) } : new JsonObject(),
            [$"m{c}"] = new JsonObject { [$"n{a}"] = "t" },
        }.ToJsonString());

    private static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;

    private static void Apply(JsonObject into, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
                into.Remove(name);
            else if (value is JsonObject inner && into[name] is JsonObject outer)
                Apply(outer, inner);
            else
                into[name] = value.DeepClone();
        }
    }
}
