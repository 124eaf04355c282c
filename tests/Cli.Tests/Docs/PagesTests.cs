using System.Text.RegularExpressions;

namespace HttpSd.Cli.Tests.Docs;

[Collection(ServedSamples.OneAtATime)]
public sealed partial class PagesTests
{
    [Fact]
    public void Every_link_from_one_page_to_another_leads_somewhere()
    {
        var root = ServedSamples.Root();
        string[] pages = [.. Directory.GetFiles(root, "*.md"), .. Directory.GetFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories)];

        var dead = pages.SelectMany(page => Link().Matches(File.ReadAllText(page))
            .Select(link => link.Groups[1].Value)
            .Where(target => !target.Contains(':', StringComparison.Ordinal) && !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, target)))
            .Select(target => $"{Path.GetRelativePath(root, page)} -> {target}"));

        pages.Should().NotBeEmpty();
        dead.Should().BeEmpty();
    }

    [Fact]
    public async Task The_answer_that_the_readme_shows_is_true()
    {
        var readme = await File.ReadAllLinesAsync(Path.Combine(ServedSamples.Root(), "README.md"));
        var shown = GuideStep.Parse(readme).Single(step => step.AnswerKind == "json");
        await using var samples = await ServedSamples.StartAsync(embedded: true);

        // A reader takes longer to reach the other terminal than the first run takes.
        await samples.RunAsync("curl -s -H 'Prefer: wait=5' http://localhost:8080/targets/my-service");
        var (_, output) = await samples.RunAsync(shown.Command);

        ShownAnswer.Difference(shown.AnswerKind, shown.Answer, output).Should().BeNull();
    }

    [Fact]
    public async Task The_quick_start_is_two_commands_that_exist_and_one_curl()
    {
        var root = ServedSamples.Root();
        var readme = await File.ReadAllTextAsync(Path.Combine(root, "README.md"));
        var start = readme.IndexOf("## Run it in a minute", StringComparison.Ordinal);
        var section = readme[start..readme.IndexOf("## A generator", StringComparison.Ordinal)];
        var commands = GuideStep.Parse(section.Split('\n')).Select(step => step.Command.Trim().Split('\n')).ToArray();

        commands.Should().BeEquivalentTo(new[]
        {
            new[] { "apt-get install -y make python3 curl", "make run" },
            new[] { "curl http://127.0.0.1:8080/targets/my-service" },
        });
        (await File.ReadAllTextAsync(Path.Combine(root, "Makefile"))).Should().Contain("PATHS ?= config/samples\n").And.Contain("\nrun:");
    }

    [GeneratedRegex(@"\]\(([^)#\s]+)")]
    private static partial Regex Link();
}
