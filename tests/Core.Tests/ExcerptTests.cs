using CsCheck;

namespace HttpSd.Core.Tests;

public sealed class ExcerptTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain ä €", "plain ä €")]
    [InlineData("two\nlines\0", "two\uFFFDlines\uFFFD")]
    [InlineData("😀", "😀")]
    public void Text_is_shown_on_one_line(string text, string shown) => Excerpt.Of(text).Should().Be(shown);

    [Fact]
    public void A_long_text_is_cut_but_never_within_a_pair() =>
        Excerpt.Of(new string('a', 98) + "😀😀").Should().Be(new string('a', 98) + "…");

    [Fact]
    public void Every_excerpt_is_valid_and_bounded() =>
        Gen.String[Gen.OneOf(Gen.Char['\uD700', '\uE000'], Gen.Char[' ', 'z']), 0, 200].Sample(text =>
        {
            var shown = Excerpt.Of(text);
            return shown.Length <= Excerpt.MaxLength && new System.Text.UTF8Encoding(false, true).GetByteCount(shown) >= 0;
        });
}
