using System.Text;
using HttpSd.Core.Targets;

namespace HttpSd.Core.Tests.Targets;

public sealed class TargetListRulesTests
{
    [Theory]
    [InlineData("[1]", "[0]: 1 is a number, groups are objects")]
    [InlineData("[null]", "[0]: is null, groups are objects")]
    [InlineData("[[]]", "[0]: is an array, groups are objects")]
    [InlineData("[{}]", "[0]: the group has no targets key")]
    [InlineData("""[{"labels":{}}]""", "[0]: the group has no targets key")]
    [InlineData("""[{"targets":null}]""", "[0].targets: is null, targets are an array of strings")]
    [InlineData("""[{"targets":"a:1"}]""", "[0].targets: is a string, targets are an array of strings")]
    [InlineData("""[{"targets":["a:1",null]}]""", "[0].targets[1]: is null, targets are strings")]
    [InlineData("""[{"targets":[9100]}]""", "[0].targets[0]: 9100 is a number, targets are strings")]
    [InlineData("""[{"targets":[{}]}]""", "[0].targets[0]: is an object, targets are strings")]
    [InlineData("""[{"targets":[""]}]""", "[0].targets[0]: the target is empty")]
    [InlineData("""[{"targets":["a b"]}]""", "[0].targets[0]: 'a b' has white space or a control character")]
    [InlineData("""[{"targets":["a\n"]}]""", "[0].targets[0]: 'a\uFFFD' has white space or a control character")]
    [InlineData("""[{"targets":["a\u00a0b"]}]""", "[0].targets[0]: 'a\u00a0b' has white space or a control character")]
    [InlineData("""[{"targets":["\ud800"]}]""", "[0].targets[0]: half of a surrogate pair is not valid Unicode")]
    [InlineData("""[{"targets":[],"targets":[]}]""", "[0]: the key targets is there twice")]
    [InlineData("""[{"targets":[],"labels":{},"labels":{}}]""", "[0]: the key labels is there twice")]
    [InlineData("""[{"targets":[],"Labels":{}}]""", "[0]: the key 'Labels' is not known, a group has targets and labels")]
    [InlineData("""[{"targets":[],"source":"x"}]""", "[0]: the key 'source' is not known, a group has targets and labels")]
    [InlineData("""[{"\ud800":[]}]""", "[0]: half of a surrogate pair is not valid Unicode")]
    [InlineData("""[{"targets":[],"labels":null}]""", "[0].labels: is null, labels are an object")]
    [InlineData("""[{"targets":[],"labels":[]}]""", "[0].labels: is an array, labels are an object")]
    [InlineData("""[{"targets":[]},{"targets":[]},{"targets":[]},{"targets":[],"labels":{"idx":7}}]""",
        "[3].labels.idx: 7 is a number, label values are strings")]
    [InlineData("""[{"targets":[],"labels":{"up":true}}]""", "[0].labels.up: true is a boolean, label values are strings")]
    [InlineData("""[{"targets":[],"labels":{"a":null}}]""", "[0].labels.a: is null, label values are strings")]
    [InlineData("""[{"targets":[],"labels":{"a":{}}}]""", "[0].labels.a: is an object, label values are strings")]
    [InlineData("""[{"targets":[],"labels":{"a":"\udc00"}}]""", "[0].labels.a: half of a surrogate pair is not valid Unicode")]
    [InlineData("""[{"targets":[],"labels":{"a":"\u0000"}}]""", "[0].labels.a: the value has a NUL character")]
    [InlineData("""[{"targets":[],"labels":{"a":"1","b":"2","a":"3"}}]""", "[0].labels.a: the label is there twice")]
    [InlineData("""[{"targets":[],"labels":{"a-b":"1"}}]""", "[0].labels: 'a-b' is not a label name: [a-zA-Z_][a-zA-Z0-9_]*")]
    [InlineData("""[{"targets":[],"labels":{"1a":"1"}}]""", "[0].labels: '1a' is not a label name: [a-zA-Z_][a-zA-Z0-9_]*")]
    [InlineData("""[{"targets":[],"labels":{"":"1"}}]""", "[0].labels: a label name is empty")]
    [InlineData("null", "the result is null, an array of target groups is expected")]
    [InlineData("{}", "the result is an object, an array of target groups is expected")]
    [InlineData("\"[]\"", "the result is a string, an array of target groups is expected")]
    [InlineData("", "the result is empty, an array of target groups is expected")]
    [InlineData(" \n\t", "the result is empty, an array of target groups is expected")]
    public void A_wrong_element_is_named(string json, string message) => Lists.Refusal(json).Should().Be(message);

    [Theory]
    [InlineData("[NaN]", "line 1, column 2: NaN is not JSON")]
    [InlineData("[\n  {\"targets\": [],\n   \"labels\": {\"ä\": -Infinity}}]", "line 3, column 21: Infinity is not JSON")]
    [InlineData("[] x", "line 1, column 4: not valid JSON: 'x' is invalid after a single JSON value. Expected end of data")]
    [InlineData("[{\"targets\":[]},]", "line 1, column 17: not valid JSON: ")]
    [InlineData("[{'targets':[]}]", "line 1, column 3: not valid JSON: ")]
    [InlineData("[\n{\"targets\":\n[\"a:1\"", "line 3, column 7: not valid JSON: ")]
    [InlineData("Traceback (most recent call last)", "line 1, column 1: not valid JSON: ")]
    [InlineData("[{\"targets\":[\"a\tb\"]}]", "line 1, column 16: not valid JSON: ")]
    [InlineData("[] // done", "line 1, column 4: not valid JSON: ")]
    [InlineData("[][]", "line 1, column 3: not valid JSON: ")]
    public void Text_that_is_not_JSON_is_refused_with_its_place(string json, string message) =>
        Lists.Refusal(json, new TargetListLimits { Utf8LabelNames = true }).Should().StartWith(message);

    [Fact]
    public void A_byte_order_mark_is_refused() =>
        Lists.Refusal("\uFEFF[]").Should().Be("line 1, column 1: a UTF-8 byte order mark, which Prometheus does not take");

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x5B, 0 }, "line 1, column 1: the byte 0xFF is not valid UTF-8 there")]
    [InlineData(new byte[] { 0x5B, 0x0A, 0xC3, 0xA4, 0xE2, 0x82 }, "line 2, column 2: the byte 0xE2 is not valid UTF-8 there")]
    [InlineData(new byte[] { 0x5B, 0xED, 0xA0, 0x80 }, "line 1, column 2: the byte 0xED is not valid UTF-8 there")]
    public void Bytes_that_are_not_UTF8_are_refused(byte[] bytes, string message) =>
        TargetListBuilder.Build(bytes, new TargetListLimits()).Failure!.Message.Should().Be(message);

    [Fact]
    public void Deep_nesting_is_refused_at_its_first_level() =>
        Lists.Refusal(string.Concat(Enumerable.Repeat("[", 100_000))).Should().Be("[0]: is an array, groups are objects");

    [Theory]
    [InlineData("a-b")]
    [InlineData("1a")]
    [InlineData("städte.x")]
    public void Any_label_name_is_taken_when_UTF8_names_are_on(string name)
    {
        var json = $$$"""[{"targets":["a:1"],"labels":{"{{{name}}}":"v"}}]""";
        Lists.Body(json, new TargetListLimits { Utf8LabelNames = true }).Should().Be(json);
    }

    [Fact]
    public void An_echoed_value_is_bounded()
    {
        var message = Lists.Refusal($$"""[{"targets":[{{new string('7', 5000)}}]}]""");
        Encoding.UTF8.GetByteCount(message).Should().BeLessThan(200);
    }
}
