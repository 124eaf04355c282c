namespace HttpSd.Cli.Tests.Docs;

[Collection(ServedSamples.OneAtATime)]
public sealed class MigrationPageTests
{
    [Fact]
    public async Task What_the_page_shows_of_an_old_folder_is_true()
    {
        var page = await File.ReadAllLinesAsync(Path.Combine(ServedSamples.Root(), "docs", "migration.md"));
        var steps = GuideStep.Parse(page);
        await using var samples = await ServedSamples.StartAsync(embedded: true);

        steps.Should().HaveCount(3);
        foreach (var step in steps)
        {
            var (exitCode, output) = await samples.RunAsync(step.Command);
            exitCode.Should().Be(0, step.Command);
            ShownAnswer.Difference(step.AnswerKind, step.Answer, output).Should().BeNull(output);
        }
    }
}
