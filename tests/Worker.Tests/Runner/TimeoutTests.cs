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
}
