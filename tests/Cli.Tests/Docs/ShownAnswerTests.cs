namespace HttpSd.Cli.Tests.Docs;

public sealed class ShownAnswerTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[true]}""", """{"b":[true],"a":1}""")]
    [InlineData("""{"cache_age_seconds":"45.2s ago"}""", """{"cache_age_seconds":"0.04s ago"}""")]
    [InlineData("""{"worker_id":"here"}""", """{"worker_id":"there-7"}""")]
    [InlineData("""{"traceback":"File ...: boom"}""", """{"traceback":"File \"x.py\",\n line 3: boom"}""")]
    public void Json_that_differs_only_in_what_changes_each_time_is_as_shown(string shown, string actual) =>
        ShownAnswer.Difference("json", shown, actual).Should().BeNull();

    [Theory]
    [InlineData("""{"a":1}""", """{"a":2}""", ".a is 2, not 1")]
    [InlineData("""{"a":1}""", """{"a":1,"b":2}""", " has the keys a, b, not a")]
    [InlineData("""{"a":["x"]}""", """{"a":["x","y"]}""", ".a has 2 elements, not 1")]
    [InlineData("""{"since":"2024-01-15T10:30:45Z"}""", """{"since":"10:30:45"}""", ".since has the form of 10:30:45, not of 2024-01-15T10:30:45Z")]
    public void Json_that_differs_otherwise_is_named(string shown, string actual, string difference) =>
        ShownAnswer.Difference("json", shown, actual).Should().Be(difference);

    [Fact]
    public void Three_dots_in_a_text_stand_for_anything_and_nothing_else_does()
    {
        ShownAnswer.Difference("text", "a{path=\"x\"} ...\nb 2\n", "a{path=\"x\"} 17\r\nb 2").Should().BeNull();
        ShownAnswer.Difference("text", "a 1", "a 2").Should().NotBeNull();
    }

    [Fact]
    public void A_block_is_an_answer_only_right_behind_its_command()
    {
        var steps = GuideStep.Parse(["```bash", "one", "```", "", "```json", "1", "```", "```bash", "two", "```", "Words.", "```text", "2", "```"]);

        steps.Should().Equal(new GuideStep(1, "one\n", "json", "1\n"), new GuideStep(8, "two\n", "", ""));
    }
}
