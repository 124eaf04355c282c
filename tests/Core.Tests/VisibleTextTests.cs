using System.Globalization;
using CsCheck;

namespace HttpSd.Core.Tests;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain ä € 😀 שלום", "plain ä € 😀 שלום")]
    [InlineData("two\r\nlines\tand\0", @"two\r\nlines\tand\x00")]
    [InlineData("\u001b[2J\u009b", @"\x1b[2J\x9b")]
    [InlineData("a\u202eb\u2066c\u200d\ufeff\u00ad", @"a\u202eb\u2066c\u200d\ufeff\xad")]
    [InlineData("a\u2028b\u2029", @"a\u2028b\u2029")]
    [InlineData("tag \U000E0041!", @"tag \U000e0041!")]
    public void What_a_person_would_not_see_is_written_out(string text, string shown) => VisibleText.Of(text).Should().Be(shown);

    [Fact]
    public void Half_of_a_pair_is_written_out() => VisibleText.Of("a\ud83d b\ude00").Should().Be(@"a\ud83d b\ude00");

    [Fact]
    public void A_traceback_keeps_its_lines() =>
        VisibleText.Lines("at\n\tline\r\u202e").Should().Be("at\n\tline" + @"\r\u202e");

    [Fact]
    public void Nothing_hidden_is_left_of_any_text() =>
        Gen.String[Gen.OneOf(Gen.Char, Gen.Char['\uD7F0', '\uE010'], Gen.Char['\u2000', '\u2070']), 0, 50].Sample(text =>
            !VisibleText.Of(text).EnumerateRunes().Any(rune => rune.Value == 0xFFFD && !text.Contains('\uFFFD')
                || System.Text.Rune.GetUnicodeCategory(rune)
                    is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));
}
