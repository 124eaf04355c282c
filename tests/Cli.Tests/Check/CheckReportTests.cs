using System.Text.RegularExpressions;
using HttpSd.Cli.Check;
using HttpSd.Core.Runs;

namespace HttpSd.Cli.Tests.Check;

public sealed partial class CheckReportTests
{
    private static readonly string LongPath = "region/" + string.Join('/', Enumerable.Repeat("datacentre-with-a-long-name", 6));

    private static readonly string LongMessage = string.Join(' ', Enumerable.Range(1, 60).Select(n => $"word{n}"));

    private static readonly CheckResult[] Results =
    [
        new("my-service", "success", 1, 2, 0.1234, ["[0].targets[1]: 'http://a:1' has a scheme"], null, ""),
        new(LongPath, "error", null, null, 1.5, [], new RunFailure("ValueError", LongMessage, ""), ""),
    ];

    [Fact]
    public void Without_a_terminal_each_generator_is_one_whole_line_with_what_is_said_of_it_below()
    {
        var lines = Write(Results, null);

        lines.Should().Equal(
            "PATH        OUTCOME  GROUPS  TARGETS        TIME",
            "my-service  success       1        2     0.123 s",
            "    warning: [0].targets[1]: 'http://a:1' has a scheme",
            $"{LongPath}  error         -        -     1.500 s",
            "    ValueError: " + LongMessage,
            "",
            "1 of 2 good, 2 targets.");
    }

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void At_a_terminal_sentences_break_between_words_and_only_a_path_is_wider_than_it(int width)
    {
        var lines = Write(Results, width);

        lines.Where(l => l.Length > width).Should().Equal(LongPath);
        lines.Take(4).Should().Equal(
            "PATH        OUTCOME  GROUPS  TARGETS        TIME",
            "my-service  success       1        2     0.123 s",
            "    warning: [0].targets[1]: 'http://a:1' has a scheme",
            LongPath);
        lines[4].Should().Be("            error         -        -     1.500 s");
        string.Join(' ', lines.Skip(5).TakeWhile(l => l.Length > 0).Select(l => l.Trim())).Should().Be("ValueError: " + LongMessage);
    }

    [Fact]
    public void What_would_steer_the_terminal_or_break_the_line_is_shown()
    {
        var lines = Write([new("x", "error", null, null, 1, [], new RunFailure("E", "a\u001b[2Jb\r\nc\u202ed", "at \u0007 line"), "")], null);

        lines.Should().ContainInConsecutiveOrder(@"    E: a\x1b[2Jb\r\nc\u202ed", "", "x:", "at \\x07 line");
    }

    [Fact]
    public void A_traceback_of_one_endless_line_is_cut()
    {
        var lines = Write([new("x", "error", null, null, 1, [], new RunFailure("E", "m", "short\n" + new string('e', 16384)), "")], null);

        lines.Should().ContainInConsecutiveOrder("x:", "short", new string('e', 1000) + "... (15384 more characters)");
    }

    [Fact]
    public void One_target_is_said_as_one() =>
        Write([new("x", "success", 1, 1, 1, [], null, "")], null)[^1].Should().Be("1 of 1 good, 1 target.");

    private static string[] Write(CheckResult[] results, int? width)
    {
        using var writer = new StringWriter();
        CheckReport.WriteTable(results, [], writer, width);
        var text = writer.ToString();
        return (width is null ? text : Colour().Replace(text, "")).TrimEnd().Split('\n');
    }

    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    private static partial Regex Colour();
}
