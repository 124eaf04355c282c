using HttpSd.Core.Requests;

namespace HttpSd.Core.Tests.Requests;

public sealed class GeneratorPathTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("my-service")]
    [InlineData("gateway/eu/A_1.json")]
    [InlineData("...")]
    [InlineData(".hidden")]
    public void A_path_of_plain_segments_is_valid(string path) => GeneratorPath.Problem(path).Should().BeNull();

    [Theory]
    [InlineData("", "not empty")]
    [InlineData("/a", "empty segment")]
    [InlineData("a/", "empty segment")]
    [InlineData("a//b", "empty segment")]
    [InlineData(".", "the segment '.'")]
    [InlineData("a/../b", "the segment '..'")]
    [InlineData("a b", "a character other than")]
    [InlineData("ä", "a character other than")]
    [InlineData("a?b", "a character other than")]
    [InlineData("a%20b", "a character other than")]
    [InlineData("a\n", "a character other than")]
    public void Any_other_path_is_refused_with_a_reason(string path, string reason) =>
        GeneratorPath.Problem(path).Should().Contain(reason);

    [Fact]
    public void A_path_has_a_longest_length()
    {
        GeneratorPath.Problem(new string('a', 512)).Should().BeNull();
        GeneratorPath.Problem(new string('a', 513)).Should().Be("a path has at most 512 characters, this one has 513");
    }
}
