using System.Text.RegularExpressions;

namespace HttpSd.Cli.Tests.Docs;

public sealed partial class ThreatModelTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public void Every_row_of_an_attack_names_tests_that_there_are()
    {
        var rows = File.ReadAllLines(Path.Combine(Root, "docs", "threat-model.md"))
            .SkipWhile(line => !line.StartsWith("## Scripts", StringComparison.Ordinal))
            .TakeWhile(line => !line.StartsWith("## Not held back", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| attack", StringComparison.Ordinal))
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
