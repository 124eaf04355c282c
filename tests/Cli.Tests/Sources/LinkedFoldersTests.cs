using HttpSd.Cli.Sources;

namespace HttpSd.Cli.Tests.Sources;

public sealed class LinkedFoldersTests : IDisposable
{
    private readonly SourceFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../deep/../deep")]
    public void Links_that_lead_back_are_named_and_multiply_nothing(string target)
    {
        folder.With("deep/a.py", "x").With("b.py", "x");
        Directory.CreateSymbolicLink(folder["deep/one"], target);
        Directory.CreateSymbolicLink(folder["deep/two"], target);

        var snapshot = folder.Load();

        SourceFolder.Paths(snapshot).Should().Equal("b", "deep/a");
        snapshot.Problems.Select(problem => (problem.File, problem.Severity)).Should().Equal(
            (folder["deep/one"], SourceSeverity.Warning), (folder["deep/two"], SourceSeverity.Warning));
        snapshot.Problems[0].Message.Should().StartWith("leads back to /").And.EndWith("; not followed");
    }

    [Fact]
    public void A_root_that_is_a_link_itself_is_left_by_no_link_back()
    {
        folder.With("real/a.py", "x");
        Directory.CreateSymbolicLink(folder["root"], "real");
        Directory.CreateSymbolicLink(folder["real/back"], "../root");

        SourceFolder.Paths(folder.Load("root")).Should().Equal("a");
    }

    [Fact]
    public void Folders_that_link_to_each_other_end()
    {
        string[] names = [.. Enumerable.Range(0, 12).Select(i => $"d{i:00}")];
        foreach (var name in names)
            folder.With(name + "/a.py", "x");
        foreach (var (from, to) in names.SelectMany(from => names.Select(to => (from, to))).Where(pair => pair.from != pair.to))
            Directory.CreateSymbolicLink(folder[$"{from}/{to}"], "../" + to);

        var paths = SourceFolder.Paths(folder.Load()).ToList();

        paths.Should().Contain(names.Select(name => name + "/a")).And.HaveCountLessThan(12 * 12 * 12);
    }

    [Fact]
    public void Two_links_to_one_folder_are_both_followed()
    {
        folder.With("_shared/deep/a.py", "x");
        Directory.CreateSymbolicLink(folder["eu"], "_shared");
        Directory.CreateSymbolicLink(folder["us"], "_shared");

        var snapshot = folder.Load();

        SourceFolder.Paths(snapshot).Should().Equal("eu/deep/a", "us/deep/a");
        snapshot.Problems.Should().BeEmpty();
    }

    [Fact]
    public void A_mounted_ConfigMap_with_a_folder_is_followed_through_its_links()
    {
        folder.With("..one/gateway/a.py", "x").With("..one/b.py", "x");
        Directory.CreateSymbolicLink(folder["..data"], "..one");
        Directory.CreateSymbolicLink(folder["gateway"], "..data/gateway");
        File.CreateSymbolicLink(folder["b.py"], "..data/b.py");

        var snapshot = folder.Load();

        SourceFolder.Paths(snapshot).Should().Equal("b", "gateway/a");
        snapshot.Problems.Should().BeEmpty();
    }
}
