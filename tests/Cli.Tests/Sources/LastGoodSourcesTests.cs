using HttpSd.Cli.Sources;

namespace HttpSd.Cli.Tests.Sources;

public sealed class LastGoodSourcesTests : IDisposable
{
    private readonly SourceFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_that_breaks_keeps_its_last_good_generators()
    {
        var last = folder.With("a.yaml", SourceFolder.Manifest("one") + "---\n" + SourceFolder.Manifest("two")).Load();
        var merged = LastGoodSources.Merge(last, folder.With("a.yaml", "{").Read());

        SourceFolder.Paths(merged).Should().Equal("one", "two");
        merged.Problems.Should().ContainSingle();
        SourceFolder.Paths(LastGoodSources.Merge(merged, folder.Read())).Should().Equal(["one", "two"], "it stays so while the file is broken");
    }

    [Fact]
    public void Of_several_documents_only_the_broken_one_stays_as_it_was()
    {
        var last = folder.With("a.yaml", SourceFolder.Manifest("one", "script: old") + "---\n" + SourceFolder.Manifest("two", "script: old")).Load();
        var merged = LastGoodSources.Merge(last, folder.With(
            "a.yaml", SourceFolder.Manifest("one", "script: new") + "---\n" + SourceFolder.Manifest("two", "script: new\ntimeout: 5x")).Read());

        merged.Generators.Select(generator => generator.Script).Should().Equal("new", "old");
    }

    [Fact]
    public void A_document_that_is_gone_goes_although_another_is_broken()
    {
        var last = folder.With("a.yaml", SourceFolder.Manifest("one") + "---\n" + SourceFolder.Manifest("two")).Load();
        var merged = LastGoodSources.Merge(last, folder.With("a.yaml", SourceFolder.Manifest("two", "timeout: 5x")).Read());
        SourceFolder.Paths(merged).Should().Equal("two");
    }

    [Theory]
    [InlineData("a.yaml", "")]
    [InlineData("a.yaml", "\n# one was here\n")]
    [InlineData("a.yaml", "---\n---\n")]
    [InlineData("a.json", "")]
    public void A_file_cut_down_to_nothing_keeps_its_last_good_generators_until_it_is_deleted(string file, string rest)
    {
        var last = folder.With(file, file == "a.json" ? "[{\"targets\":[\"a:1\"]}]" : SourceFolder.Manifest("a")).Load();
        var merged = LastGoodSources.Merge(last, folder.With(file, rest).Read());
        var again = LastGoodSources.Merge(merged, folder.Read());
        File.Delete(folder[file]);
        var gone = LastGoodSources.Merge(again, folder.Read());

        new[] { merged, again, gone }.SelectMany(SourceFolder.Paths).Should().Equal("a", "a");
        folder.Said(merged).Should().Equal(
            $"warning {file}: is empty, or has comments only: its last good generators stay; delete the file to remove them");
        again.Problems.Should().Equal(merged.Problems);
        gone.Problems.Should().BeEmpty();
    }

    [Fact]
    public void A_file_that_never_had_a_generator_may_be_empty()
    {
        var last = folder.With("a.yaml", "# later\n").Load();
        LastGoodSources.Merge(last, folder.With("a.yaml", "").Read()).Problems.Should().BeEmpty();
    }

    [Fact]
    public void A_deleted_file_takes_its_generators_along()
    {
        var last = folder.With("a.py", "x").With("b.py", "x").Load();
        File.Delete(folder["a.py"]);
        SourceFolder.Paths(LastGoodSources.Merge(last, folder.Read())).Should().Equal("b");
    }

    [Fact]
    public void A_folder_that_vanishes_as_a_whole_keeps_everything()
    {
        var last = folder.With("root/a.py", "x").Load("root");
        Directory.Move(folder["root"], folder["elsewhere"]);
        var merged = LastGoodSources.Merge(last, GeneratorSources.Read([folder["root"]]));

        SourceFolder.Paths(merged).Should().Equal("a");
        folder.Said(merged).Should().Equal("root: there is no such file or folder");
    }

    [Fact]
    public void A_file_given_directly_goes_when_it_is_deleted()
    {
        var last = folder.With("a.py", "x").Load("a.py");
        File.Delete(folder["a.py"]);
        LastGoodSources.Merge(last, GeneratorSources.Read([folder["a.py"]])).Generators.Should().BeEmpty();
    }

    [Fact]
    public void A_broken_list_keeps_its_last_good_groups()
    {
        var last = folder.With("a.yaml", "[{targets: ['a:1']}]").Load();
        LastGoodSources.Merge(last, folder.With("a.yaml", "[{targets: [1]}]").Read())
            .Generators.Single().Script.Should().Be("""[{"targets":["a:1"]}]""");
    }
}
