using HttpSd.Core.Definitions;
using HttpSd.Core.Runs;

namespace HttpSd.Worker.Tests.Runner;

public sealed class PythonRunTests(TestRunner runner) : IClassFixture<TestRunner>
{
    [Fact]
    public async Task The_list_comes_back_as_json_and_parameters_are_keyword_arguments()
    {
        var report = await runner.RunAsync(TestRunner.Python("""
            def generate_targets(env="prod", **params):
                print("hello")
                return [{"targets": ["10.0.1.1:9100"], "labels": {"env": env}}]
            """).With(("env", "staging")));

        report.Failure.Should().BeNull();
        report.Text().Should().Be("""[{"targets":["10.0.1.1:9100"],"labels":{"env":"staging"}}]""");
        report.LogTail.Should().Be("hello\n");
        report.Outcome.Should().Be(RunOutcome.Success);
    }

    [Theory]
    [InlineData("print('[]')")]
    [InlineData("import os; os.write(1, b'[]'); os.system('echo []; echo [] >&2; echo [] > /dev/stderr')")]
    [InlineData("import os; os.close(1); os.close(2)")]
    [InlineData("import sys; sys.stdout.close(); sys.stderr = None; sys.stdout = None")]
    [InlineData("import json, os, struct; json.dumps = os.write = os.read = struct.Struct = None; import sys; sys.exit = None")]
    [InlineData("import os; os.environ.clear(); os.chdir('/')")]
    [InlineData("import builtins; print(builtins.len, __name__, __file__)")]
    public async Task What_a_script_prints_closes_or_replaces_does_not_reach_the_result(string code)
    {
        var run = TestRunner.Python($$"""
            {{code}}
            def generate_targets(**params):
                return [{"targets": ["a:1"]}]
            """);

        (await runner.RunAsync(run)).Text().Should().Be("""[{"targets":["a:1"]}]""");
        (await runner.RunAsync(run.Again())).Text().Should().Be("""[{"targets":["a:1"]}]""");
    }

    [Fact]
    public async Task Endless_output_neither_blocks_nor_grows()
    {
        var report = await runner.RunAsync(TestRunner.Python("""
            import sys
            def generate_targets(**params):
                for i in range(2000):
                    sys.stdout.write("x" * 10000 + "\n")
                sys.stderr.write("the end")
                return []
            """));

        report.Text().Should().Be("[]");
        report.LogTail.Should().EndWith("x\nthe end").And.HaveLength(16 * 1024);
    }

    [Fact]
    public async Task Modules_stay_loaded_between_runs_of_one_generator_but_its_own_globals_do_not()
    {
        var run = TestRunner.Python("""
            import os, string
            loads = getattr(string, "loads", 0)
            string.loads = loads + 1
            mine = globals().get("mine", 0) + 1
            def generate_targets(**params):
                return [{"targets": [f"{loads}:{mine}", str(os.getpid())]}]
            """);

        var first = await runner.RunAsync(run);
        var second = await runner.RunAsync(run.Again());

        var pid = first.Text().Split('"')[5];
        first.Text().Should().Be($$"""[{"targets":["0:1","{{pid}}"]}]""");
        second.Text().Should().Be($$"""[{"targets":["1:1","{{pid}}"]}]""");
    }

    [Fact]
    public async Task Generators_never_share_an_interpreter()
    {
        const string Script = """
            import os, string
            seen = getattr(string, "seen", "nothing")
            string.seen = "a secret"
            os.environ["SEEN"] = "a secret"
            def generate_targets(**params):
                return [{"targets": [seen, os.environ.get("SEEN0", "nothing")]}]
            """;

        var first = await runner.RunAsync(TestRunner.Python(Script));
        var other = await runner.RunAsync(TestRunner.Python(Script));

        other.Text().Should().Be(first.Text()).And.Be("""[{"targets":["nothing","nothing"]}]""");
    }

    [Fact]
    public async Task With_isolation_job_every_run_is_a_fresh_fork()
    {
        var run = TestRunner.Python("""
            import os, string
            loads = getattr(string, "loads", 0)
            string.loads = loads + 1
            def generate_targets(**params):
                print("pid", os.getpid())
                if params.get("end"):
                    os.kill(os.getpid(), 11)
                if params.get("hang"):
                    import time
                    time.sleep(100)
                return [{"targets": [str(loads)]}]
            """).With(d => d with { Isolation = RunIsolation.Job, Timeout = TimeSpan.FromSeconds(1) });

        var first = await runner.RunAsync(run);
        var second = await runner.RunAsync(run.Again());
        var killed = await runner.RunAsync(run.With(("end", "1")));
        var hung = await runner.RunAsync(run.With(("hang", "1")));
        var last = await runner.RunAsync(run.Again());

        first.Text().Should().Be("""[{"targets":["0"]}]""");
        second.Text().Should().Be(first.Text());
        second.LogTail.Should().NotBe(first.LogTail);
        killed.Failure!.Message.Should().Be("the interpreter was killed by SIGSEGV while the script ran");
        hung.Outcome.Should().Be(RunOutcome.Timeout);
        hung.Failure!.Traceback.Should().Contain("time.sleep(100)");
        last.Text().Should().Be(first.Text());
    }

    [Fact]
    public async Task A_check_calls_test_generate_targets_when_there_is_one()
    {
        var run = TestRunner.Python("""
            import os
            def generate_targets(**params):
                return [{"targets": [os.environ.get("PROMETHEUS_HTTP_SD_IS_TEST", "no")]}]
            """);
        var withTest = TestRunner.Python("""
            def generate_targets(must_have):
                return []
            def test_generate_targets():
                return [{"targets": ["test"]}]
            """);

        (await runner.RunAsync(run)).Text().Should().Contain("no");
        (await runner.RunAsync(run.Again() with { Check = true })).Text().Should().Contain("1");
        (await runner.RunAsync(run.Again())).Text().Should().Contain("no");
        (await runner.RunAsync(withTest with { Check = true })).Text().Should().Contain("test");
    }

    [Fact]
    public async Task Eight_runs_at_once_each_have_an_interpreter()
    {
        var run = TestRunner.Python("""
            import time, os
            def generate_targets(n):
                time.sleep(0.3)
                return [{"targets": [n, str(os.getpid())]}]
            """);

        var reports = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => runner.RunAsync(run.With(("n", $"number-{i}")))));

        reports.Select(report => report.Failure).Should().AllBeEquivalentTo((RunFailure?)null);
        reports.Select(report => report.Text()).Should().OnlyHaveUniqueItems();
        reports.Select(report => report.Text().Split('"')[5]).Should().OnlyHaveUniqueItems();
    }
}
