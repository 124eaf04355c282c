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
    [InlineData("a.py", "")]
    [InlineData("a.py", "\n# def generate_targets():\n")]
    public void A_file_cut_down_to_nothing_keeps_its_last_good_generators_until_it_is_deleted(string file, string rest)
    {
        var last = folder.With(file, Path.GetExtension(file) switch
        {
            ".json" => "[{\"targets\":[\"a:1\"]}]",
            ".py" => "def generate_targets(): return []",
            _ => SourceFolder.Manifest("a"),
        }).Load();
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
    public void A_file_that_never_had_a_generator_keeps_none()
    {
        var last = folder.With("a.yaml", "# later\n").Load();
        LastGoodSources.Merge(last, folder.With("a.yaml", "").Read()).Problems.Should().Equal(last.Problems);
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
        var merged = LastGoodSources.Merge(last, folder.Read("root"));

        SourceFolder.Paths(merged).Should().Equal("a");
        folder.Said(merged).Should().Equal("root: there is no such file or folder");
    }

    [Fact]
    public void A_file_given_directly_goes_when_it_is_deleted()
    {
        var last = folder.With("a.py", "x").Load("a.py");
        File.Delete(folder["a.py"]);
        LastGoodSources.Merge(last, folder.Read("a.py")).Generators.Should().BeEmpty();
    }

    [Theory]
    [InlineData("a.yaml", "targets: ['a:1']\n", "a.yaml:1: a mapping with targets or labels; a list of such groups is expected")]
    [InlineData("a.json", "{\"targets\": [\"a:1\"]}", "a.json:1: a mapping with targets or labels; a list of such groups is expected")]
    [InlineData("a.yaml", "groups:\n- targets: ['a:1']\n", "a.yaml:1: a mapping without apiVersion and kind: this file's last good generators stay until it is corrected; delete the file to remove them")]
    public void A_list_that_becomes_a_mapping_keeps_its_last_good_groups_and_is_an_error(string file, string edit, string problem)
    {
        var last = folder.With(file, "[{\"targets\":[\"a:1\"]}]").Load();
        var merged = LastGoodSources.Merge(last, folder.With(file, edit).Read());
        var again = LastGoodSources.Merge(merged, folder.Read());

        new[] { merged, again }.SelectMany(SourceFolder.Paths).Should().Equal("a", "a");
        folder.Said(merged).Should().Equal(problem);
        again.Problems.Should().Equal(merged.Problems);
        SourceFolder.Paths(LastGoodSources.Merge(again, folder.With(file, "[]").Read())).Should().Equal("a");
    }

    [Fact]
    public void A_document_deleted_beside_one_of_another_system_goes()
    {
        const string deployment = "apiVersion: apps/v1\nkind: Deployment\n";
        var last = folder.With("a.yaml", SourceFolder.Manifest("one") + "---\n" + deployment).Load();
        var broken = LastGoodSources.Merge(last, folder.With("a.yaml", "{").Read());
        var merged = LastGoodSources.Merge(broken, folder.With("a.yaml", deployment).Read());

        SourceFolder.Paths(broken).Should().Equal("one");
        merged.Generators.Should().BeEmpty();
    }

    [Theory]
    [InlineData("One", "", "a.yaml:3: metadata.name: 'One' is not a name")]
    [InlineData("one", ", namespace: Not_one", "a.yaml:3: metadata.namespace: 'Not_one' is not a namespace")]
    [InlineData("one", ", namespace: 7", "a.yaml:3: metadata.namespace: ")]
    public void A_name_or_namespace_that_is_none_keeps_what_the_file_had(string name, string metadata, string problem)
    {
        var last = folder.With("a.yaml", SourceFolder.Manifest("one")).Load();
        var merged = LastGoodSources.Merge(last, folder.With("a.yaml", SourceFolder.Manifest(name, metadata: metadata)).Read());
        var again = LastGoodSources.Merge(merged, folder.Read());

        new[] { merged, again }.SelectMany(SourceFolder.Paths).Should().Equal("one", "one");
        folder.Said(merged).Single().Should().StartWith(problem);
        SourceFolder.Paths(LastGoodSources.Merge(again, folder.With("a.yaml", SourceFolder.Manifest("two")).Read())).Should().Equal("two");
    }

    [Fact]
    public void A_broken_document_of_a_new_name_may_be_the_one_that_vanished()
    {
        var last = folder.With("a.yaml", SourceFolder.Manifest("one") + "---\n" + SourceFolder.Manifest("two")).Load();
        var merged = LastGoodSources.Merge(last, folder.With(
            "a.yaml", SourceFolder.Manifest("onee", "timeout: 5x") + "---\n" + SourceFolder.Manifest("two")).Read());
        var again = LastGoodSources.Merge(merged, folder.Read());
        var mended = LastGoodSources.Merge(again, folder.With(
            "a.yaml", SourceFolder.Manifest("onee") + "---\n" + SourceFolder.Manifest("two")).Read());

        new[] { merged, again }.Select(SourceFolder.Paths).Should().AllBeEquivalentTo(new[] { "two", "one" });
        SourceFolder.Paths(mended).Should().Equal("onee", "two");
    }

    [Fact]
    public void A_broken_list_keeps_its_last_good_groups()
    {
        var last = folder.With("a.yaml", "[{targets: ['a:1']}]").Load();
        LastGoodSources.Merge(last, folder.With("a.yaml", "[{targets: [1]}]").Read())
            .Generators.Single().Script.Should().Be("""[{"targets":["a:1"]}]""");
    }
}
