using HttpSd.Core.Definitions;
using HttpSd.Core.Runs;

namespace HttpSd.Worker.Tests.Runner;

/// <summary>An answer is that of its run, whoever else speaks.</summary>
public sealed class AnswerTests(TestRunner runner) : IClassFixture<TestRunner>
{
    private const string Frame = """
        def frame(list):
            head = b'{"kind":"result","threads":0}'
            os.write(3, len(head).to_bytes(4, "big") + len(list).to_bytes(4, "big") + head + list)

        """;

    [Theory]
    [InlineData(RunIsolation.Generator, "return [{'targets': ['child']}]")]
    [InlineData(RunIsolation.Generator, "raise ValueError('child')")]
    [InlineData(RunIsolation.Generator, "sys.exit(3)")]
    [InlineData(RunIsolation.Job, "return [{'targets': ['child']}]")]
    public async Task A_fork_that_comes_back_from_the_script_answers_for_nobody(RunIsolation isolation, string child)
    {
        var run = TestRunner.Python($$"""
            import os, sys, time
            def generate_targets(n="", **params):
                pid = os.fork()
                if pid == 0:
                    {{child}}
                status = os.waitpid(pid, 0)[1]
                return [{"targets": [n, str(os.waitstatus_to_exitcode(status))]}]
            """).With(d => d with { Isolation = isolation });
        var status = child.StartsWith("return", StringComparison.Ordinal) ? 0 : child.StartsWith("sys", StringComparison.Ordinal) ? 3 : 1;

        for (var i = 0; i < 3; i++)
            (await runner.RunAsync(run.With(("n", $"run-{i}")))).Text()
                .Should().Be($$"""[{"targets":["run-{{i}}","{{status}}"]}]""");
    }

    [Fact]
    public async Task A_frame_of_the_scripts_own_is_no_answer_and_hides_no_hang()
    {
        var run = TestRunner.Python("import os, time\n" + Frame + """
            def generate_targets(hang="", **params):
                if hang:
                    frame(b'[{"targets":["forged"]}]')
                    time.sleep(60)
                return [{"targets": ["true"]}]
            """);

        var forged = await runner.RunAsync(run.With(("hang", "1")));
        var next = await runner.RunAsync(run.Again());

        forged.Failure.Should().Be(new RunFailure(
            FailureTypes.InterpreterDied, "the script closed the interpreter's control channel or wrote into it", ""));
        next.Text().Should().Be("""[{"targets":["true"]}]""");
    }

    [Fact]
    public async Task What_is_said_after_a_run_costs_the_interpreter_and_not_the_next_run()
    {
        var run = TestRunner.Python("import os, signal\n" + Frame + """
            def late(*args):
                frame(b'[{"targets":["late"]}]')
            def generate_targets(late_frame="", **params):
                if late_frame:
                    signal.signal(signal.SIGALRM, late)
                    signal.setitimer(signal.ITIMER_REAL, 0.1)
                return [{"targets": [str(os.getpid())]}]
            """);

        var first = await runner.RunAsync(run.With(("late_frame", "1")));
        await Task.Delay(400, TestContext.Current.CancellationToken);
        var second = await runner.RunAsync(run.Again());
        var third = await runner.RunAsync(run.Again());

        second.Text().Should().NotBe(first.Text()).And.NotContain("late");
        second.Failure.Should().BeNull();
        third.Text().Should().Be(second.Text());
    }

    [Fact]
    public async Task An_interpreter_that_a_run_can_not_begin_in_is_replaced_and_the_run_begins_anew()
    {
        var run = TestRunner.Python("""
            import os
            def generate_targets(spoil="", **params):
                if spoil:
                    os.environ._data = None
                return [{"targets": [str(os.getpid())]}]
            """);

        var first = await runner.RunAsync(run.With(("spoil", "1")));
        var second = await runner.RunAsync(run.Again());

        second.Failure.Should().BeNull();
        second.Text().Should().NotBe(first.Text());
    }

    [Fact]
    public async Task An_idle_interpreter_that_dies_is_replaced()
    {
        var run = TestRunner.Python("import os\ndef generate_targets(**p): return [{'targets': [str(os.getpid())]}]");
        var pid = (await runner.RunAsync(run)).Text().Split('"')[3];

        using var kill = System.Diagnostics.Process.Start("kill", ["-9", pid]);
        await Living.UntilAsync(() => !Directory.Exists($"/proc/{pid}"));
        var next = await runner.RunAsync(run.Again());

        next.Failure.Should().BeNull();
        next.Text().Should().NotContain(pid);
    }

    [Fact]
    public async Task Children_that_end_while_an_interpreter_is_idle_do_not_stay_as_zombies()
    {
        var report = await runner.RunAsync(TestRunner.Python("""
            import os, subprocess
            def generate_targets(**params):
                for i in range(5):
                    subprocess.Popen(["sleep", "0" if i % 2 else "100"])
                return [{"targets": [str(os.getpid())]}]
            """));
        var pid = report.Text().Split('"')[3];

        Living.Process(pid).Should().BeTrue();
        (await Living.UntilAsync(() => File.ReadAllText($"/proc/{pid}/task/{pid}/children").Length == 0, seconds: 3))
            .Should().BeTrue();
    }

    [Fact]
    public async Task A_script_learns_how_its_children_ended_in_every_run()
    {
        var run = TestRunner.Python("""
            import subprocess
            def generate_targets(**params):
                return [{"targets": [str(subprocess.run(["sh", "-c", "exit 7"]).returncode)]}]
            """);

        (await runner.RunAsync(run)).Text().Should().Be("""[{"targets":["7"]}]""");
        (await runner.RunAsync(run.Again())).Text().Should().Be("""[{"targets":["7"]}]""");
    }
}
