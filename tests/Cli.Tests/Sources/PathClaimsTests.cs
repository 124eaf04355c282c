using HttpSd.Cli.Sources;

namespace HttpSd.Cli.Tests.Sources;

public sealed class PathClaimsTests : IDisposable
{
    private readonly SourceFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Who_serves_a_path_keeps_it_until_it_goes_and_the_newcomer_then_has_it()
    {
        var first = folder.With("z.yaml", Claiming("zebra")).Load();
        folder.With("a.yaml", Claiming("ant"));
        var both = Next(first);
        File.Delete(folder["z.yaml"]);
        var last = Next(both);

        Owners(first, both, last).Should().Equal("default/zebra", "default/zebra", "default/ant");
        folder.Said(both).Should().Equal(
            "a.yaml:1: spec.path: PathConflict: 'x' belongs to default/zebra in z.yaml; default/ant gets it when that one goes: give one of them another path, or delete one");
        last.Problems.Should().BeEmpty();
    }

    [Fact]
    public void An_edit_of_the_owner_keeps_its_claim_and_so_does_a_broken_one()
    {
        var first = folder.With("z.yaml", Claiming("zebra")).Load();
        folder.With("a.yaml", Claiming("ant")).With("z.yaml", Claiming("zebra").Replace("script: s", "script: t", StringComparison.Ordinal));
        var edited = Next(first);
        folder.With("z.yaml", "{{");
        var broken = Next(edited);

        Owners(first, edited, broken).Should().Equal("default/zebra", "default/zebra", "default/zebra");
        broken.Generators.Single().Script.Should().Be("t");
    }

    [Fact]
    public void At_the_start_the_older_timestamp_counts_then_the_name()
    {
        var named = folder.With("1.yaml", Claiming("zebra")).With("2.yaml", Claiming("ant")).Load();
        folder.With("3.yaml", Claiming("young", "2026-02-01T00:00:00Z")).With("4.yaml", Claiming("old", "2026-01-01T00:00:00Z"));

        Owners(named, folder.Load()).Should().Equal("default/ant", "default/old");
    }

    [Fact]
    public void A_script_that_serves_keeps_its_path_from_a_manifest_that_comes_later()
    {
        var first = folder.With("x.py", "s").Load();
        folder.With("a.yaml", Claiming("ant"));
        var both = Next(first);

        Owners(both, folder.Load()).Should().Equal(folder["x.py"], "default/ant");
    }

    [Fact]
    public void A_list_that_waits_for_a_scripts_path_has_it_when_the_script_goes()
    {
        var first = folder.With("x.py", "s").With("x.json", "[]").Load();
        folder.With("x.yaml", "[]");
        var three = Next(first);
        File.Delete(folder["x.json"]);
        var two = Next(three);
        File.Delete(folder["x.py"]);
        var one = Next(two);

        Owners(first, three, two, one).Should().Equal(folder["x.json"], folder["x.json"], folder["x.py"], folder["x.yaml"]);
        new[] { first, three, two, one }.Select(snapshot => (snapshot.Generators.Count, snapshot.Problems.Count))
            .Should().Equal((1, 1), (1, 2), (1, 1), (1, 0));
    }

    private static string Claiming(string name, string? created = null) =>
        SourceFolder.Manifest(name, "path: x\nscript: s", created is null ? "" : $", creationTimestamp: '{created}'");

    private static IEnumerable<string> Owners(params SourceSnapshot[] snapshots) =>
        snapshots.Select(s => s.Generators.Single(g => g.Definition.Path == "x").Definition.Name);

    private SourceSnapshot Next(SourceSnapshot last) => LastGoodSources.Merge(last, folder.Read());
}
