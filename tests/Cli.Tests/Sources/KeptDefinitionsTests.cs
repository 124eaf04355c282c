using HttpSd.Cli.Sources;
using HttpSd.Core.Definitions;

namespace HttpSd.Cli.Tests.Sources;

public sealed class KeptDefinitionsTests : IDisposable
{
    private const string List = "[{\"targets\":[\"a:1\"]}]";
    private readonly SourceFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("m.yaml", "", "{0} is empty")]
    [InlineData("m.yaml", "# gone\n", "{0} is empty")]
    [InlineData("m.yaml", "{{", "{0} is broken")]
    [InlineData("l.json", "", "{0} is empty")]
    [InlineData("l.json", "[{\"targets\": [", "{0} is broken")]
    [InlineData("l.json", "{\"groups\": []}", "{0} holds no list any more")]
    [InlineData("s.py", "", "{0} is empty")]
    public void What_a_file_that_cannot_be_read_declared_stays(string file, string text, string why)
    {
        var stored = Stored();
        var before = stored.Where(d => d.DeclaredIn == folder[file]).Select(d => d.Path).ToList();

        var kept = Kept(folder.With(file, text).Load(), stored);

        kept.Select(k => k.Path).Should().Equal(before).And.NotBeEmpty();
        kept.Select(k => k.Why).Should().AllBe(string.Format(System.Globalization.CultureInfo.InvariantCulture, why, folder[file]));
    }

    [Fact]
    public void Of_several_documents_only_the_broken_one_stays()
    {
        var stored = Stored();
        var snapshot = folder.With("m.yaml", SourceFolder.Manifest("two", "timeout: 5x")).Load();
        Kept(snapshot, stored).Should().Equal(("two", $"it is broken in {folder["m.yaml"]}"));
    }

    [Fact]
    public void A_broken_document_of_a_new_name_may_be_one_of_the_files()
    {
        var stored = Stored();
        var snapshot = folder.With("m.yaml", SourceFolder.Manifest("one") + "---\n" + SourceFolder.Manifest("twoo", "timeout: 5x")).Load();
        Kept(snapshot, stored).Select(k => k.Path).Should().Equal("two");
    }

    [Fact]
    public void What_moved_to_a_broken_file_stays()
    {
        var stored = Stored();
        File.Delete(folder["m.yaml"]);
        var snapshot = folder.With("n.yaml", SourceFolder.Manifest("one", "timeout: 5x")).Load();
        Kept(snapshot, stored).Select(k => k.Path).Should().Equal("one");
    }

    [Fact]
    public void What_was_deleted_or_moved_goes_although_another_file_is_broken()
    {
        var stored = Stored();
        File.Delete(folder["s.py"]);
        var snapshot = folder.With("m.yaml", "{{").With("n.yaml", SourceFolder.Manifest("one", "path: elsewhere\nscript: x")).With("l.json", List).Load();
        Kept(snapshot, stored).Select(k => k.Path).Should().Equal("two");
    }

    [Fact]
    public void What_a_file_that_was_read_whole_does_not_declare_goes() =>
        Kept(folder.With("m.yaml", "apiVersion: apps/v1\nkind: Deployment\n").Load(), Stored()).Should().BeEmpty();

    [Fact]
    public void A_folder_that_is_not_there_keeps_what_was_in_it()
    {
        folder.With("root/a.py", "x");
        GeneratorDefinition[] stored = [.. folder.Load("root").Generators.Select(g => g.Definition)];
        Directory.Move(folder["root"], folder["elsewhere"]);
        Kept(folder.Load("root"), stored).Should().Equal(("a", $"its file is in {folder["root"]}, which can't be listed"));
    }

    [Fact]
    public void Of_unknown_origin_it_stays_while_any_file_cannot_be_read_and_an_objects_goes()
    {
        GeneratorDefinition[] stored = [.. Stored().Select(d => d with { DeclaredIn = null, Uid = d.Path == "l" ? "6f1c" : "" })];
        File.Delete(folder["s.py"]);
        File.Delete(folder["l.json"]);
        Kept(folder.With("m.yaml", "{{").Load(), stored).Select(k => k.Path).Should().BeEquivalentTo("one", "two", "s");
        Kept(folder.With("m.yaml", SourceFolder.Manifest("one")).Load(), stored).Should().BeEmpty();
    }

    [Fact]
    public void What_is_broken_and_known_to_nobody_is_said_not_to_be_served()
    {
        var snapshot = folder.With("m.yaml", SourceFolder.Manifest("one", "timeout: 5x")).With("s.py", "").With("l.json", "[").With("k.json", "[").Load();
        UnservedSources.Find(snapshot, new HashSet<string> { folder["k.json"] }).Should().Equal(
            $"Nothing of {folder["l.json"]} is served: no good version of it is known",
            $"default/one in {folder["m.yaml"]} is not served: no good version of it is known",
            $"Nothing of {folder["s.py"]} is served: no good version of it is known");
    }

    private static IReadOnlyList<(string Path, string Why)> Kept(SourceSnapshot snapshot, IReadOnlyCollection<GeneratorDefinition> stored) =>
        [.. KeptDefinitions.Find(snapshot, stored).Select(k => (k.Definition.Path, k.Why))];

    private GeneratorDefinition[] Stored() =>
    [
        .. folder.With("m.yaml", SourceFolder.Manifest("one") + "---\n" + SourceFolder.Manifest("two")).With("l.json", List).With("s.py", "x")
            .Load().Generators.Select(g => g.Definition),
    ];
}
