namespace HttpSd.Cli.Tests.Docs;

[Collection(ServedSamples.OneAtATime)]
public sealed class DebugGuideTests
{
    [Fact]
    public Task Every_answer_in_the_debug_guide_is_true_on_the_embedded_store() => FollowAsync(embedded: true);

    [Fact]
    public Task Every_answer_in_the_debug_guide_is_true_on_a_redis_server() => FollowAsync(embedded: false);

    private static async Task FollowAsync(bool embedded)
    {
        var page = await File.ReadAllLinesAsync(Path.Combine(ServedSamples.Root(), "docs", "debug-guide.md"));
        var wrong = new List<string>();
        await using var samples = await ServedSamples.StartAsync(embedded);

        foreach (var step in GuideStep.Parse(page))
        {
            var (exitCode, output) = await samples.RunAsync(step.Command);
            var difference = exitCode != 0 ? $"it ended with {exitCode}" : ShownAnswer.Difference(step.AnswerKind, step.Answer, output);
            if (difference is not null)
                wrong.Add($"line {step.Line}: {difference}\n{step.Command}answered\n{output}");
        }

        string.Join("\n\n", wrong).Should().BeEmpty();
    }
}
