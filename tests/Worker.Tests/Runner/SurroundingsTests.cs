using System.Text.Json;
using HttpSd.Core.Runs;
using HttpSd.Worker.Runner.Host;

namespace HttpSd.Worker.Tests.Runner;

public sealed class SurroundingsTests : IAsyncLifetime
{
    private const string Secret = "HTTPSD_TEST_PASSWORD";

    private TestRunner _runner = null!;

    public ValueTask InitializeAsync()
    {
        Environment.SetEnvironmentVariable(Secret, "hunter2");
        Environment.SetEnvironmentVariable("HTTPSD_TEST_PASSED", "yes");
        _runner = TestRunner.With(TestRunner.Telling with { PassEnvironment = ["HTTPSD_TEST_PASSED"] });
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _runner.DisposeAsync();

    [Fact]
    public async Task Scripts_see_only_the_variables_on_the_list()
    {
        var python = await _runner.RunAsync(TestRunner.Python("""
            import os
            def generate_targets(**params): return dict(os.environ)
            """));
        var exec = await _runner.RunAsync(TestRunner.Exec("#!/usr/bin/env python3\nimport os, json\nprint(json.dumps(dict(os.environ)))"));

        string[] expected = ["PATH", "HOME", "TMPDIR", "LANG", "HTTPSD_PATH", "HTTPSD_RUN", "HTTPSD_TEST_PASSED"];
        Names(python).Should().BeEquivalentTo(expected);
        Names(exec).Should().BeEquivalentTo(expected);
    }

    [Fact]
    public async Task The_runner_itself_does_not_know_the_agents_secrets()
    {
        var report = await _runner.RunAsync(TestRunner.Exec($"#!/bin/sh\ncat /proc/*/environ 2>/dev/null | tr '\\0' '\\n' | grep -c {Secret}.*SECRET; tr '\\0' '\\n' < /proc/$PPID/environ"));

        (report.Text() + report.LogTail).Should().NotContain("hunter2").And.NotContain(Secret + "=");
        var runner = await File.ReadAllTextAsync($"/proc/{_runner.Process.ProcessId}/environ", TestContext.Current.CancellationToken);
        runner.Should().NotContain("hunter2").And.Contain("PATH=");
    }

    [Fact]
    public async Task Scripts_have_no_open_files_but_their_own_and_an_empty_standard_input()
    {
        var python = await _runner.RunAsync(TestRunner.Python("""
            import os, subprocess
            def generate_targets(**params):
                inherited = subprocess.run(["ls", "/proc/self/fd"], capture_output=True, text=True).stdout.split()
                return [os.read(0, 10) == b"", inherited]
            """));
        var exec = await _runner.RunAsync(TestRunner.Exec("#!/bin/bash\nls /proc/self/fd"));

        python.Text().Should().Be("""[true,["0","1","2","3"]]""");
        exec.Text().Should().Be("0\n1\n2\n3\n", "the last one is the listing's own");
    }

    [Fact]
    public async Task The_working_directory_is_fresh_private_and_removed_whatever_became_of_it()
    {
        var run = TestRunner.Python("""
            import os, tempfile
            def generate_targets(**params):
                where = os.getcwd()
                found = os.listdir()
                mode = oct(os.stat(where).st_mode & 0o777)
                with tempfile.NamedTemporaryFile(delete=False) as f: f.write(b"x")
                os.makedirs("deep/er"); open("deep/er/file", "w").close()
                os.symlink("/etc", "deep/link")
                os.chmod("deep/er", 0); os.chmod("deep", 0); os.chmod(where, 0o500)
                return [where, found, mode, os.path.dirname(f.name) == where, os.environ["HOME"] == where]
            """);

        var first = await _runner.RunAsync(run);
        var second = await _runner.RunAsync(run.Again());
        var exec = await _runner.RunAsync(TestRunner.Exec("#!/bin/sh\nls -A; pwd; stat -c %a . \"$0\"; mkdir -p a/b; chmod 0 a"));

        var seen = new[] { first, second }.Select(report => JsonDocument.Parse(report.Output).RootElement).ToList();
        seen.Select(s => s[0].GetString()).Should().OnlyHaveUniqueItems();
        seen.Should().AllSatisfy(s => s.ToString().Should().EndWith("\",[],\"0o700\",true,true]"));
        exec.Text().Should().EndWith("/work\n700\n500\n").And.NotContain("\n\n");
        _runner.Left.Should().BeEmpty();
    }

    [Fact]
    public async Task A_directory_deeper_than_a_path_can_be_is_removed()
    {
        var report = await _runner.RunAsync(TestRunner.Python("""
            import os
            def generate_targets(**params):
                for i in range(100):
                    os.mkdir("d" * 200)
                    os.chdir("d" * 200)
                return []
            """));

        report.Text().Should().Be("[]");
        _runner.Left.Should().BeEmpty();
    }

    private static IEnumerable<string> Names(ScriptReport report) =>
        JsonDocument.Parse(report.Output).RootElement.EnumerateObject().Select(p => p.Name)
            .Where(name => name is not ("LC_CTYPE" or "TZ"));

    [Fact]
    public async Task Names_that_are_no_text_are_removed_too_and_links_are_not_followed()
    {
        var outside = Directory.CreateTempSubdirectory("httpsd-outside-");
        await File.WriteAllTextAsync(Path.Combine(outside.FullName, "file"), "x", TestContext.Current.CancellationToken);
        var report = await _runner.RunAsync(TestRunner.Python($$"""
            import os
            def generate_targets(**params):
                open(b"\xff\xfe", "w").close()
                os.makedirs(b"d\xfe/e\xff/f")
                for i in range(2000): open(b"d\xfe/e\xff/\x80%d" % i, "w").close()
                os.symlink("{{outside.FullName}}", b"d\xfe/link\xff")
                os.symlink("{{outside.FullName}}", b"link")
                os.chmod(b"d\xfe/e\xff", 0)
                os.mkdir(b"../../beside\xff"); os.chmod("..", 0o500)
                return []
            """));
        var exec = await _runner.RunAsync(TestRunner.Exec("#!/bin/bash\nmkdir -p $'\\xff/\\xfe' && echo '[]'"));

        (report.Text(), exec.Text()).Should().Be(("[]", "[]\n"));
        _runner.Left.Should().ContainSingle().Which.Should().Contain("beside");
        outside.GetFiles().Should().ContainSingle();
        outside.Delete(recursive: true);
    }

    [Fact]
    public async Task A_folder_of_runs_that_someone_removed_is_made_again()
    {
        var python = TestRunner.Python("def generate_targets(**params): return []");
        (await _runner.RunAsync(python)).Text().Should().Be("[]");

        Directory.Delete(_runner.WorkDirectory, recursive: true);
        var first = await _runner.RunAsync(python.Again());
        Directory.Delete(_runner.WorkDirectory, recursive: true);
        var second = await _runner.RunAsync(TestRunner.Exec("#!/bin/sh\necho '[]'"));

        (first.Text(), second.Text()).Should().Be(("[]", "[]\n"));
        (await _runner.RunAsync(TestRunner.Exec("#!/bin/sh\nstat -c %a ../.."))).Text().Should().Be("700\n");
    }

    [Fact]
    public async Task Modules_come_from_pythonpath_when_that_is_passed_and_never_from_beside_the_script_or_the_run()
    {
        var modules = Directory.CreateTempSubdirectory("httpsd-modules-");
        var scripts = modules.CreateSubdirectory("scripts");
        await File.WriteAllTextAsync(
            Path.Combine(scripts.FullName, "httpsd_test_sibling.py"), "", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(modules.FullName, "httpsd_test_module.py"), "answer = '42'", TestContext.Current.CancellationToken);
        var run = TestRunner.Python("""
            def generate_targets(**params):
                import os, sys
                open("sibling.py", "w").close()
                for name in ("sibling", "httpsd_test_sibling"):
                    try:
                        __import__(name)
                        return "imported " + name
                    except ModuleNotFoundError:
                        pass
                import httpsd_test_module
                return [httpsd_test_module.answer, __file__, "" in sys.path]
            """).With(d => d with { SourceFile = Path.Combine(scripts.FullName, "script.py") });
        Environment.SetEnvironmentVariable("PYTHONPATH", $"relative::{modules.FullName}");
        await using var passing = TestRunner.With(TestRunner.Telling with { PassEnvironment = ["PYTHONPATH"] });
        await Living.UntilAsync(() => passing.Process.ProcessId > 0);
        Environment.SetEnvironmentVariable("PYTHONPATH", null);

        var found = await passing.RunAsync(run);
        var missed = await _runner.RunAsync(run);

        found.Text().Should().Be($"""["42","{scripts.FullName}/script.py",false]""");
        missed.Failure!.Message.Should().Be("No module named 'httpsd_test_module'");
        modules.Delete(recursive: true);
    }
}
