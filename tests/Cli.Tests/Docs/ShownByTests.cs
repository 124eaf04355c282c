using System.Text.RegularExpressions;

namespace HttpSd.Cli.Tests.Docs;

public sealed partial class ShownByTests
{
    private static readonly string Root = FindRoot();

    [Theory]
    [InlineData("threat-model.md", "## Scripts", "## Not held back")]
    [InlineData("reliability.md", "## On every change", "## Longer")]
    public void Every_row_of_what_is_tried_names_tests_that_there_are(string page, string from, string to)
    {
        var rows = File.ReadAllLines(Path.Combine(Root, "docs", page))
            .SkipWhile(line => !line.StartsWith(from, StringComparison.Ordinal))
            .TakeWhile(line => !line.StartsWith(to, StringComparison.Ordinal))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| attack", StringComparison.Ordinal) && !line.StartsWith("| what is hurt", StringComparison.Ordinal))
            .Select(line => line.Split(" | ")).ToList();
        var known = Directory.EnumerateFiles(Path.Combine(Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Where(file => Fact().IsMatch(File.ReadAllText(file))).Select(Path.GetFileNameWithoutExtension).ToHashSet();

        rows.Should().HaveCountGreaterThan(20);
        rows.Should().AllSatisfy(row =>
        {
            row.Should().HaveCount(3);
            var named = Name().Matches(row[2]).Select(m => m.Groups[1].Value).ToList();
            named.Should().NotBeEmpty().And.BeSubsetOf(known);
        });
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "HttpSd.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }

    [GeneratedRegex("`(\\w+Tests)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"^    \[(Fact|Theory)", RegexOptions.Multiline)]
    private static partial Regex Fact();
}
