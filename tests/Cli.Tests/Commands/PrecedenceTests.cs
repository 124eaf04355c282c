using HttpSd.Cli.Tests.Serving;

namespace HttpSd.Cli.Tests.Commands;

/// <summary>Where a setting comes from, told by the limit that refuses a list of nine targets.</summary>
public sealed class PrecedenceTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-precedence-").FullName;

    public PrecedenceTests()
    {
        File.WriteAllText(Path.Combine(folder, "appsettings.json"), """{"Worker": {"MaxTargets": 1}}""");
        Directory.CreateDirectory(Path.Combine(folder, "targets"));
        File.WriteAllText(
            Path.Combine(folder, "targets", "nine.json"),
            $$"""[{"targets": [{{string.Join(',', Enumerable.Range(1, 9).Select(i => $"\"a:{i}\""))}}]}]""");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("allows 1", null, null)]
    [InlineData("allows 2", "2", null)]
    [InlineData("allows 3", "2", "3")]
    public async Task Files_give_way_to_the_environment_and_that_to_the_command_line(string said, string? environment, string? set)
    {
        string[] settings = set is null ? [] : ["--set", "Worker:MaxTargets=" + set];
        var variables = environment is null ? new Dictionary<string, string>() : new() { ["HTTPSD_Worker__MaxTargets"] = environment };

        var (status, output, error) = await HttpsdProcess.RunAsync(["check", "targets", .. settings], variables, folder);
        await using var serve = await HttpsdProcess.StartAsync(variables, folder, ["targets", .. settings]);

        error.Should().BeEmpty();
        output.Should().Contain("nine.json: the list has 9 targets, Worker:MaxTargets " + said);
        status.Should().Be(1);
        serve.Log.Should().Contain("nine.json: the list has 9 targets, Worker:MaxTargets " + said);
    }
}
