using HttpSd.Core.Definitions;
using HttpSd.Core.Runs;

namespace HttpSd.Worker.Tests.Runner;

public sealed class TimeoutTests(TestRunner runner) : IClassFixture<TestRunner>
{
    [Fact]
    public async Task The_traceback_of_a_timeout_is_the_stack_at_which_the_script_hung()
    {
        var report = await runner.RunAsync(TestRunner.Python("""
            import threading
            import time

            def wait(n):
                time.sleep(n)

            def generate_targets(**params):
                threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
                print("before")
                wait(1000)
            """).With(d => d with { Timeout = TimeSpan.FromSeconds(1) }));

        report.Should().BeEquivalentTo(new ScriptReport(
            RunOutcome.Timeout,
            default,
            new RunFailure("TimeoutError", "Generator exceeded timeout limit", """
                Traceback (most recent call last):
                  File "my_script.py", line 10, in generate_targets
                    wait(1000)
                  File "my_script.py", line 5, in wait
                    time.sleep(n)
                TimeoutError: Generator exceeded timeout limit
                """),
            "before\n",
            report.Duration), options => options.Excluding(r => r.Output));
        report.Duration.Should().BeGreaterThan(TimeSpan.FromSeconds(1)).And.BeLessThan(TimeSpan.FromSeconds(4));
    }

    [Theory]
    [InlineData("import ctypes; ctypes.PyDLL(None).sleep(1000)")]
    [InlineData("import re; re.match('(a+)+$', 'a' * 60 + 'b')")]
    [InlineData("sum(range(10 ** 15))")]
    [InlineData("import signal; signal.signal(15, signal.SIG_IGN); open('/dev/zero').read() if 0 else signal.pause()")]
    [InlineData("import os; r, w = os.pipe(); os.read(r, 1)")]
    public async Task A_hang_in_a_call_of_c_is_found_and_ended_too(string code)
    {
        var report = await runner.RunAsync(TestRunner.Python($$"""
            def generate_targets(**params):
                {{code}}
            """).With(d => d with { Timeout = TimeSpan.FromSeconds(1) }));

        report.Outcome.Should().Be(RunOutcome.Timeout);
        report.Failure!.Traceback.Should().Contain($"  File \"my_script.py\", line 2, in generate_targets\n    {code}\n");
    }

    [Fact]
    public async Task A_hang_while_the_script_is_loaded_is_a_timeout_of_the_module()
    {
        var report = await runner.RunAsync(TestRunner.Python("import time\ntime.sleep(100)")
            .With(d => d with { Timeout = TimeSpan.FromSeconds(1) }));

        report.Failure!.Traceback.Should().Be("""
            Traceback (most recent call last):
              File "my_script.py", line 2, in <module>
                time.sleep(100)
            TimeoutError: Generator exceeded timeout limit
            """);
    }

    [Fact]
    public async Task Code_that_a_script_compiles_itself_is_in_the_traceback()
    {
        var failure = await HangAsync(TestRunner.Python("""
            def generate_targets(**params):
                exec("import time\ntime.sleep(100)")
            """));

        failure.Traceback.Should().Be("""
            Traceback (most recent call last):
              File "my_script.py", line 2, in generate_targets
                exec("import time\ntime.sleep(100)")
              File "<string>", line 2, in <module>
            TimeoutError: Generator exceeded timeout limit
            """);
    }

    [Fact]
    public async Task Names_that_are_not_ascii_are_readable_and_their_source_is_shown()
    {
        var failure = await HangAsync(TestRunner.Python("""
            import time
            def größe(): time.sleep(100)
            def generate_targets(**params): größe()
            """).With(d => d with { SourceFile = "/ämter/служба-🚀.py" }));

        failure.Traceback.Should().Be("""
            Traceback (most recent call last):
              File "/ämter/служба-🚀.py", line 3, in generate_targets
                def generate_targets(**params): größe()
              File "/ämter/служба-🚀.py", line 2, in größe
                def größe(): time.sleep(100)
            TimeoutError: Generator exceeded timeout limit
            """);
    }

    [Fact]
    public async Task A_stack_too_deep_to_be_told_whole_says_so()
    {
        var failure = await HangAsync(TestRunner.Python("""
            import time
            def down(n): down(n - 1) if n else time.sleep(100)
            def generate_targets(**params): down(150)
            """));

        failure.Traceback.Should().StartWith("Traceback (most recent call last):\n  ...\n  File \"my_script.py\", line 2, in down\n");
        failure.Traceback.Split("in down").Should().HaveCount(101);
    }

    [Theory]
    [InlineData("signal.signal(signal.SIGUSR2, signal.SIG_IGN)")]
    [InlineData("signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])")]
    public async Task A_script_that_does_not_take_the_signal_is_told_apart_from_one_without_a_stack(string code)
    {
        var failure = await HangAsync(TestRunner.Python($"""
            import signal, time
            def generate_targets(**params):
                {code}
                time.sleep(100)
            """));

        failure.Traceback.Should().Be("The stack is not known: the script takes no SIGUSR2, which asks for it.");
    }

    [Theory]
    [InlineData(GeneratorRuntime.Python)]
    [InlineData(GeneratorRuntime.Exec)]
    public async Task A_script_that_takes_sigterm_has_a_moment_and_the_next_run_is_as_any(GeneratorRuntime runtime)
    {
        var file = Path.GetTempFileName();
        var run = runtime == GeneratorRuntime.Exec
            ? TestRunner.Exec($"""
                #!/bin/bash
                test "$HTTPSD_PARAM_HANG" || exec echo '[]'
                trap 'sleep 0.3; echo tidied > {file}; exit' TERM
                while :; do sleep 0.05; done
                """)
            : TestRunner.Python($"""
                import os, signal, time
                def tidy(*args):
                    time.sleep(0.3)
                    open("{file}", "w").write("tidied\n")
                    os._exit(0)
                def generate_targets(hang="", **params):
                    if hang:
                        signal.signal(signal.SIGTERM, tidy)
                        time.sleep(100)
                    return []
                """);

        await HangAsync(run.With(("hang", "1")));
        var next = await runner.RunAsync(run.Again());

        (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Should().Be("tidied\n");
        next.Text().Trim().Should().Be("[]");
        File.Delete(file);
    }

    private async Task<RunFailure> HangAsync(ScriptRun run)
    {
        var report = await runner.RunAsync(run.With(d => d with { Timeout = TimeSpan.FromSeconds(1) }));
        report.Outcome.Should().Be(RunOutcome.Timeout);
        return report.Failure!;
    }
}
