using CsCheck;

namespace HttpSd.Core.Tests.Durations;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("90s", 90_000)]
    [InlineData("5m", 300_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData("250ms", 250)]
    [InlineData("1m5ms", 60_005)]
    [InlineData(".5s", 500)]
    [InlineData("1.s", 1000)]
    [InlineData("2000us", 2)]
    [InlineData("2000µs", 2)]
    [InlineData("2000000ns", 2)]
    [InlineData("30m1h", 5_400_000)]
    public void A_duration_is_read(string text, int milliseconds)
    {
        GoDuration.TryParse(text, out var value).Should().BeTrue();
        value.Should().Be(TimeSpan.FromMilliseconds(milliseconds));
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("5x")]
    [InlineData("-5s")]
    [InlineData(" 5s")]
    [InlineData("5 s")]
    [InlineData("5s ")]
    [InlineData("5S")]
    [InlineData("1d")]
    [InlineData(".s")]
    [InlineData("1.2.3s")]
    [InlineData("1,5s")]
    [InlineData("1e3s")]
    [InlineData("5mm")]
    [InlineData("99999999999999h")]
    [InlineData("9999999999999999999999999999999999999999h")]
    [InlineData("256000000h256000000h")]
    public void Anything_else_is_not(string text) => GoDuration.TryParse(text, out _).Should().BeFalse();

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(250, "250ms")]
    [InlineData(1000, "1s")]
    [InlineData(90_000, "1m30s")]
    [InlineData(300_000, "5m")]
    [InlineData(3_600_000, "1h")]
    [InlineData(5_400_500, "1h30m0.5s")]
    [InlineData(604_800_000, "168h")]
    public void A_duration_is_written(int milliseconds, string text) =>
        GoDuration.Format(TimeSpan.FromMilliseconds(milliseconds)).Should().Be(text);

    [Fact]
    public void What_is_written_is_read_again() => Gen.Long[0, long.MaxValue].Select(TimeSpan.FromTicks).Sample(value =>
        GoDuration.TryParse(GoDuration.Format(value), out var read) && read == value);

    [Fact]
    public void No_text_throws() => Gen.String[Gen.Char["0123456789.hmsnuµ-+ "], 0, 40].Sample(text =>
        GoDuration.TryParse(text, out var value) ? value >= TimeSpan.Zero : value == TimeSpan.Zero);
}
