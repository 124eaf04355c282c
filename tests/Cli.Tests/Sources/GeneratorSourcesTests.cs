using HttpSd.Cli.Sources;
using HttpSd.Core.Definitions;

namespace HttpSd.Cli.Tests.Sources;

public sealed class GeneratorSourcesTests : IDisposable
{
    private const string List = "[{targets: ['a:1']}]";
    private readonly SourceFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_folder_holds_manifests_scripts_and_lists()
    {
        var snapshot = folder
            .With("manifest.yaml", SourceFolder.Manifest("one") + "---\n" + SourceFolder.Manifest("two", "path: team/two\nscript: x"))
            .With("other.yml", SourceFolder.Manifest("three"))
            .With("gateway/eu.py", "def generate_targets(): return []")
            .With("gateway/us.yaml", "- targets: [b:1, a:1]\n  labels: {dc: us}\n")
            .With("gateway/asia.json", """ [{"targets": ["c:1"]}]""")
            .Load();

        snapshot.Problems.Should().BeEmpty();
        SourceFolder.Paths(snapshot).Should().Equal("gateway/asia", "gateway/eu", "gateway/us", "one", "team/two", "three");
        snapshot.Generators[1].Definition.Should().BeEquivalentTo(new GeneratorDefinition
        {
            Path = "gateway/eu",
            Name = folder["gateway/eu.py"],
            SourceFile = folder["gateway/eu.py"],
            DeclaredIn = folder["gateway/eu.py"],
            Hash = snapshot.Generators[1].Definition.Hash,
        });
        snapshot.Generators[2].Definition.Runtime.Should().Be(GeneratorRuntime.Static);
        snapshot.Generators[2].Script.Should().Be("""[{"targets":["b:1","a:1"],"labels":{"dc":"us"}}]""");
        snapshot.Generators[4].Definition.Name.Should().Be("default/two");
    }

    [Fact]
    public void A_file_given_directly_has_its_name_as_path() =>
        SourceFolder.Paths(folder.With("deep/_down/script.py", "x").Load("deep/_down/script.py")).Should().Equal("script");

    [Fact]
    public void Names_that_begin_with_an_underscore_or_a_dot_are_ignored_below_the_root()
    {
        folder.With("_root/a.py", "x").With("_root/_lib/b.py", "x").With("_root/.git/c.py", "x").With("_root/_d.py", "x").With("_root/.e.yaml", "%");
        var snapshot = folder.Load("_root");
        SourceFolder.Paths(snapshot).Should().Equal("a");
        snapshot.Problems.Should().BeEmpty();
    }

    [Fact]
    public void Any_other_file_is_named_and_ignored() =>
        folder.Said(folder.With("README.md", "x").Load()).Should().Equal("warning README.md: is neither .yaml, .yml, .json nor .py, ignored");

    [Theory]
    [InlineData("a.yaml", "")]
    [InlineData("a.yml", "# later\n")]
    [InlineData("a.yaml", "---\n---\n")]
    [InlineData("a.json", "")]
    public void A_manifest_or_list_with_nothing_in_it_is_named(string file, string text) =>
        folder.Said(folder.With(file, text).Load()).Should().Equal($"warning {file}: is empty, or has comments only: it declares nothing");

    [Fact]
    public void A_script_with_nothing_in_it_is_an_error() =>
        folder.Said(folder.With("a.py", "# coding: utf-8\n\n").Load()).Should().Equal(
            "a.py: is empty, or has comments only: a script defines generate_targets(**params)");

    [Fact]
    public void A_file_given_twice_is_read_once()
    {
        folder.With("a.py", "x");
        GeneratorSources.Load([folder.Path, folder["a.py"]], folder.Limits).Generators.Should().HaveCount(1);
    }

    [Fact]
    public void What_is_not_there_is_a_problem() =>
        folder.Said(folder.Load("nowhere")).Should().Equal("nowhere: there is no such file or folder");

    [Fact]
    public void The_second_of_two_files_with_one_path_has_a_conflict_and_is_not_served()
    {
        var snapshot = folder.With("x/a.py", "x").With("x/a.yaml", List).Load();
        SourceFolder.Paths(snapshot).Should().Equal("x/a");
        folder.Said(snapshot).Should().Equal(
            "x/a.yaml: PathConflict: 'x/a' belongs to x/a.py; x/a.yaml gets it when that one goes: rename one of them, or delete one");
    }

    [Fact]
    public void The_second_of_two_manifests_with_one_path_has_a_conflict()
    {
        var snapshot = folder.With("a.yaml", SourceFolder.Manifest("one", "path: x\nscript: a")).With("b.yaml", SourceFolder.Manifest("two", "path: x\nscript: b")).Load();
        snapshot.Generators.Single().Definition.Name.Should().Be("default/one");
        folder.Said(snapshot).Should().Equal("b.yaml:1: spec.path: PathConflict: 'x' belongs to default/one in a.yaml; default/two gets it when that one goes: give one of them another path, or delete one");
    }

    [Fact]
    public void A_manifest_goes_before_a_files_name()
    {
        var snapshot = folder.With("a.py", "x").With("z.yaml", SourceFolder.Manifest("a")).Load();
        snapshot.Generators.Single().Definition.Name.Should().Be("default/a");
    }

    [Fact]
    public void One_name_declared_twice_is_a_problem() =>
        folder.Said(folder.With("a.yaml", SourceFolder.Manifest("one")).With("b.yaml", SourceFolder.Manifest("one", "path: other\nscript: x")).Load())
            .Should().Equal("b.yaml:1: metadata.name: default/one was already declared in a.yaml");

    [Fact]
    public void A_ConfigMap_of_any_file_is_found_in_its_namespace()
    {
        const string spec = "scriptFrom: {configMapKeyRef: {name: scripts, key: a.py}}";
        var snapshot = folder
            .With("a.yaml", SourceFolder.Manifest("here", spec, ", namespace: ns"))
            .With("b.yaml", SourceFolder.Manifest("there", spec))
            .With("maps.yml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: scripts, namespace: ns}\ndata:\n  a.py: |\n    text\n")
            .Load();

        snapshot.Generators.Single().Script.Should().Be("text\n");
        folder.Said(snapshot).Should().Equal(
            "b.yaml:5: spec.scriptFrom.configMapKeyRef: there is no ConfigMap 'scripts' in namespace 'default'");
    }

    [Fact]
    public void Kinds_of_ours_are_passed_over_and_others_named() =>
        folder.Said(folder.With("a.yaml", """
            apiVersion: httpsd.io/v1alpha1
            kind: WorkerPool
            ---
            apiVersion: apps/v1
            kind: Deployment
            ---
            name: x
            ---
            """).Load()).Should().Equal(
                "warning a.yaml:4: kind 'Deployment' is not known here, ignored",
                "warning a.yaml:7: a mapping without apiVersion and kind, ignored");

    [Fact]
    public void A_file_whose_name_is_no_path_is_a_problem() =>
        folder.Said(folder.With("my file.py", "x").Load()).Single().Should().StartWith("my file.py: its name can't be a path: 'my file' has a character");

    [Fact]
    public void A_manifest_in_JSON_is_read_too() =>
        SourceFolder.Paths(folder.With("a.json", """
            {"apiVersion": "httpsd.io/v1alpha1", "kind": "TargetGenerator",
             "metadata": {"name": "j"}, "spec": {"script": "x"}}
            """).Load()).Should().Equal("j");
}
