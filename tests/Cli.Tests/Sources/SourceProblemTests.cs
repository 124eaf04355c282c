using System.Text;
using HttpSd.Cli.Sources;
using HttpSd.Core.Targets;

namespace HttpSd.Cli.Tests.Sources;

public sealed class SourceProblemTests : IDisposable
{
    private readonly SourceFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("timeout: 5x\nscript: x", "m.yaml:5: spec.timeout: '5x' is not a duration such as 30s or 1h30m")]
    [InlineData("script: x\nsuspend: yes", "m.yaml:6: spec.suspend: is a string, true or false is expected")]
    [InlineData("script: x\nmaxVariants: 0x10\ntimout: 5s", "m.yaml:7: spec.timout: is not a field here, did you mean 'timeout'?")]
    [InlineData("script: x\nparameters:\n- name: a\n- name: a", "m.yaml:8: spec.parameters[1].name: 'a' is declared twice")]
    [InlineData("staticTargets:\n- targets: ['a:1']\n  labels:\n    idx: 7", "m.yaml:8: spec.staticTargets[0].labels.idx: 7 is a number, label values are strings")]
    [InlineData("staticTargets:\n- targets:\n  - a:1\n  - 9100", "m.yaml:8: spec.staticTargets[0].targets[1]: 9100 is a number, targets are strings")]
    [InlineData("script: x\nscript: y", "m.yaml:6: the key 'script' is there twice")]
    [InlineData("script: x\ncacheTTL: .nan", "m.yaml:6: .nan is a number that JSON does not have")]
    [InlineData("script: !python x", "m.yaml:5: the tag !python is not known")]
    [InlineData("script: *nothing", "m.yaml:5: not valid YAML: the alias *nothing has no anchor before it")]
    [InlineData("script: &a [*a]", "m.yaml:5: more than 60 levels, or an alias to something that it is part of")]
    [InlineData("timeout: 2026-01-01\nscript: x", "m.yaml:5: spec.timeout: '2026-01-01' is not a duration such as 30s or 1h30m")]
    public void A_problem_names_file_line_and_field(string spec, string problem) =>
        folder.Said(folder.With("m.yaml", SourceFolder.Manifest("m", spec)).Load()).Should().Equal(problem);

    [Theory]
    [InlineData("- targets: ['a:1']\n  labels: {idx: 7}\n", "l.yaml:2: [0].labels.idx: 7 is a number, label values are strings")]
    [InlineData("- targets: ['a:1']\n- x: 1\n", "l.yaml:2: [1]: the key 'x' is not known, a group has targets and labels")]
    [InlineData("[]\n---\n[]\n", "l.yaml:1: a list is the only document of its file|l.yaml:3: a list is the only document of its file")]
    [InlineData("just text\n", "l.yaml:1: the document is neither a manifest nor a list")]
    [InlineData("- targets: [\n", "l.yaml:2: not valid YAML: ")]
    [InlineData("", "")]
    public void A_wrong_list_is_named_with_its_line(string text, string problems) =>
        string.Join('|', folder.Said(folder.With("l.yaml", text).Load())).Should().StartWith(problems);

    [Fact]
    public void JSON_that_is_not_JSON_is_explained_in_JSONs_words() =>
        folder.Said(folder.With("l.json", "[\n  {\"targets\": NaN}]").Load()).Should().Equal("l.json: line 2, column 15: NaN is not JSON");

    [Fact]
    public void A_list_in_a_yml_file_is_ignored_with_a_warning() =>
        folder.Said(folder.With("l.yml", "[]").Load())
            .Should().Equal("warning l.yml:1: a list is read from .yaml and .json files only, ignored");

    [Fact]
    public void Aliases_may_be_used_but_not_to_fill_the_memory()
    {
        var bomb = "script: x\na: &a [1,1,1,1,1,1,1,1,1,1]\n"
            + string.Concat("bcdefghij".Select((name, i) => $"{name}: &{name} [{string.Join(',', Enumerable.Repeat($"*{(char)('a' + i)}", 10))}]\n"));
        folder.With("bomb.yaml", SourceFolder.Manifest("bomb", bomb)).With("fine.yaml",
            "- {targets: ['a:1'], labels: &l {dc: eu}}\n- {targets: ['b:1'], labels: *l}\n");

        var snapshot = folder.Load();
        SourceFolder.Paths(snapshot).Should().Equal("fine");
        folder.Said(snapshot).Single().Should().Contain("the aliases unfold to more than 32 MiB");
    }

    [Fact]
    public void Deep_nesting_ends_with_a_problem() =>
        folder.Said(folder.With("deep.yaml", new string('[', 50_000)).Load()).Single().Should().Contain("more than 60 levels");

    [Fact]
    public void A_large_manifest_is_refused_and_a_large_list_read()
    {
        var targets = string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"host-{i}:9100\""));
        folder.With("list.json", $$"""[{"targets":[{{targets}}]}]""")
            .With("manifest.yaml", SourceFolder.Manifest("m") + "#" + new string('x', 1024 * 1024));

        var snapshot = folder.Load();
        SourceFolder.Paths(snapshot).Should().Equal("list");
        folder.Said(snapshot).Single().Should().StartWith("manifest.yaml: has 1,048,").And.EndWith("at most 1,048,576 are read");
    }

    [Theory]
    [InlineData("l.json", "[{\"targets\":[\"a:1\",\"b:1\",\"c:1\"]}]", "l.json: the list has 3 targets, Worker:MaxTargets allows 2")]
    [InlineData("l.yaml", "- targets: ['a:1', 'b:1', 'c:1']\n", "l.yaml: the list has 3 targets, Worker:MaxTargets allows 2")]
    public void A_list_beyond_the_settings_is_a_problem_and_its_last_good_groups_stay(string file, string text, string problem)
    {
        using var small = new SourceFolder { Limits = new TargetListLimits { MaxTargets = 2 } };
        var last = small.With(file, "[]").Load();
        var merged = LastGoodSources.Merge(last, small.With(file, text).Read());

        small.Said(merged).Should().Equal(problem);
        merged.Generators.Single().Script.Should().Be("[]");
    }

    [Fact]
    public void So_is_that_of_a_manifest_with_its_line()
    {
        using var small = new SourceFolder { Limits = new TargetListLimits { MaxTargets = 2, Utf8LabelNames = true } };
        small.With("m.yaml", SourceFolder.Manifest("m", "staticTargets:\n- targets: ['a:1', 'b:1', 'c:1']"))
            .With("u.yaml", SourceFolder.Manifest("u", "staticTargets:\n- targets: ['a:1']\n  labels: {größe: x}"));

        var snapshot = small.Load();
        SourceFolder.Paths(snapshot).Should().Equal(["u"], "label names are as the settings say");
        small.Said(snapshot).Should().Equal("m.yaml:5: spec.staticTargets: the list has 3 targets, Worker:MaxTargets allows 2");
    }

    [Theory]
    [InlineData("pipe.py")]
    [InlineData("pipe.yaml")]
    [InlineData("pipe.json")]
    public async Task A_pipe_is_named_and_not_waited_for(string name)
    {
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", [folder[name]]))
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);

        var snapshot = await Task.Run(() => folder.Load()).WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        folder.Said(snapshot).Should().Equal($"{name}: is not a plain file");
    }

    [Fact]
    public void Bytes_that_are_no_text_are_a_problem()
    {
        File.WriteAllBytes(folder["a.py"], [0xFF, 0xFE]);
        folder.Said(folder.Load()).Should().Equal("a.py: is not UTF-8 text");
    }

    [Fact]
    public void A_python_file_is_read_in_the_encoding_that_it_names()
    {
        File.WriteAllBytes(folder["a.py"], Encoding.Latin1.GetBytes("#!/usr/bin/python\n# -*- coding: latin-1 -*-\nx = 'ä'"));
        File.WriteAllBytes(folder["b.py"], [.. "# vim: set fileencoding=cp1252 :\nx = '"u8, 0x80, .. "'"u8]);
        folder.With("c.py", "x = 1\n\n# coding: latin-1 comes too late: ä").With("d.py", "# coding: utf-8\n# coding: latin-1\nx = 'ä'");

        folder.Load().Generators.Select(generator => generator.Script.Split('\n')[^1])
            .Should().Equal("x = 'ä'", "x = '€'", "# coding: latin-1 comes too late: ä", "x = 'ä'");
    }

    [Fact]
    public void An_encoding_that_is_not_known_or_not_kept_to_is_a_problem()
    {
        folder.With("a.py", "# coding: martian\n");
        File.WriteAllBytes(folder["b.py"], [.. "# coding: ascii\n# "u8, 0xE4]);

        folder.Said(folder.Load()).Should().Equal("a.py: names an encoding that is not known: martian", "b.py: is not ascii text");
    }
}
