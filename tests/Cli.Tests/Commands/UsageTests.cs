using System.Text.RegularExpressions;
using HttpSd.Cli.Tests.Serving;

namespace HttpSd.Cli.Tests.Commands;

public sealed partial class UsageTests
{
    private const string Help = "See httpsd --help.\n";

    [Theory]
    [InlineData("error: a command is missing; there are serve and check\n" + Help)]
    [InlineData("error: prove is not a command; there are serve and check\n" + Help, "prove")]
    [InlineData("error: nowhere: there is no such file or folder\n" + Help, "serve", "nowhere")]
    [InlineData("error: --fast is not an option of this command\n" + Help, "check", "--fast", "/")]
    [InlineData("error: --workers is 0, but must be from 1 to 256\n" + Help, "serve", "/", "--workers", "0")]
    [InlineData("error: --set Wroker:Id=a: there is no such section; there are Server, Worker, Redis, Queue, Logging\n" + Help, "check", "/", "--set", "Wroker:Id=a")]
    [InlineData("error: --output is xml, but must be table or json\n" + Help, "check", "/", "--output", "xml")]
    [InlineData("error: --redis: Redis:Url has port 0, but a port is from 1 to 65535\n" + Help, "serve", "/", "--redis", "redis://127.0.0.1:0")]
    [InlineData("error: --set Id=a: write it as Section:Name=value\n" + Help, "serve", "/", "--set", "Id=a")]
    public async Task Wrong_usage_is_a_clear_sentence_and_status_2(string said, params string[] arguments)
    {
        var (status, output, error) = await HttpsdProcess.RunAsync(arguments);

        error.Should().Be(said);
        output.Should().BeEmpty();
        status.Should().Be(2);
    }

    [Theory]
    [InlineData("serve <PATH>", "--help")]
    [InlineData("--metrics-urls <URL>", "serve", "--help")]
    [InlineData("--output <json|table>", "check", "--help")]
    [InlineData("Names that begin with _ or . are ignored", "serve", "--help")]
    public async Task Help_is_everywhere_and_no_error(string shown, params string[] arguments)
    {
        var (status, output, error) = await HttpsdProcess.RunAsync(arguments);

        WhiteSpace().Replace(output, " ").Should().Contain(shown);
        error.Should().BeEmpty();
        status.Should().Be(0);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
