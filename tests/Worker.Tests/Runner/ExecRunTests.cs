using HttpSd.Core.Runs;

namespace HttpSd.Worker.Tests.Runner;

public sealed class ExecRunTests(TestRunner runner) : IClassFixture<TestRunner>
{
    [Fact]
    public async Task Output_is_handed_on_as_it_is_and_parameters_come_twice()
    {
        var report = await runner.RunAsync(TestRunner.Exec("""
            #!/usr/bin/env -S sh -u
            echo "about to" >&2
            echo "[$HTTPSD_PARAM_MY_ENV $(cat)]"
            """).With(("my-env", "a b"), ("ä", "1")));

        report.Failure.Should().BeNull();
        report.Text().Should().Be("[a b {\"my-env\":\"a b\",\"\\u00E4\":\"1\"}]\n");
        report.LogTail.Should().Be("about to\n");
    }

    [Fact]
    public async Task Of_two_defaults_with_one_variable_the_first_name_has_it_and_the_input_has_both()
    {
        var script = TestRunner.Exec("#!/bin/sh\necho \"[$HTTPSD_PARAM_A_B $(cat)]\"");

        foreach (var run in new[] { script.With(("a-b", "1"), ("a_b", "2")), script.With(("a_b", "2"), ("a-b", "1")) })
            (await runner.RunAsync(run)).Text().Should().Contain("[1 {").And.Contain("\"a-b\":\"1\"").And.Contain("\"a_b\":\"2\"");
    }

    [Fact]
    public async Task Bytes_that_are_not_text_are_left_to_the_validator() =>
        (await runner.RunAsync(TestRunner.Exec("#!/bin/sh\nprintf '[\"\\377\"]'")))
            .Output.ToArray().Should().Equal("[\""u8.ToArray().Append((byte)0xff).Concat("\"]"u8.ToArray()));

    [Theory]
    [InlineData("#!/bin/sh\necho oops >&2; echo '[]'; exit 3", "ExitStatus", "the script exited with status 3", "oops\n")]
    [InlineData("#!/bin/sh\nkill -TERM $$", "ExitStatus", "the script was killed by SIGTERM", "")]
    [InlineData("#!/bin/sh\n", "InvalidResult", "the script printed nothing on standard output; a JSON array is expected", "")]
    [InlineData("echo 1", "InterpreterNotAllowed", "the script's first line is not a #! line that names an interpreter", "")]
    [InlineData("#!/bin/cat\n", "InterpreterNotAllowed", "the interpreter /bin/cat is not on the allow-list Worker:Interpreters", "")]
    [InlineData("#!/usr/bin/env dash\n", "InterpreterNotAllowed", "the interpreter dash is not on the allow-list Worker:Interpreters", "")]
    [InlineData("#!/tmp/sh\n", "InterpreterNotAllowed", "the interpreter /tmp/sh is not on the allow-list Worker:Interpreters", "")]
    [InlineData("#!/usr/bin/../../tmp/sh\n", "InterpreterNotAllowed", "the interpreter /usr/bin/../../tmp/sh is not on the allow-list Worker:Interpreters", "")]
    public async Task A_failure_says_how_it_ended(string script, string type, string message, string traceback)
    {
        var report = await runner.RunAsync(TestRunner.Exec(script));

        report.Failure.Should().Be(new RunFailure(type, message, traceback));
    }

    [Fact]
    public async Task Endless_output_is_cut_off_with_an_error_that_names_the_limit()
    {
        var report = await runner.RunAsync(TestRunner.Exec("#!/bin/sh\nyes > /dev/null & exec yes"));

        report.Failure!.Type.Should().Be(FailureTypes.ResultTooLarge);
        report.Failure.Message.Should().Contain("Worker:MaxResultBytes");
    }

    [Fact]
    public async Task A_background_child_that_holds_the_output_open_delays_nothing_and_dies()
    {
        var report = await runner.RunAsync(TestRunner.Exec("#!/bin/sh\nsleep 987 & echo $!"));

        report.Duration.Should().BeLessThan(TimeSpan.FromSeconds(5));
        Living.Process(report.Text()).Should().BeFalse();
    }

    [Fact]
    public async Task A_large_parameter_blocks_nobody_and_arrives_whole()
    {
        var report = await runner.RunAsync(TestRunner.Exec("#!/bin/sh\nwc -c").With(("large", new string('x', 500_000))));

        report.Text().Trim().Should().Be($"{500_000 + "{\"large\":\"\"}".Length}");
    }

    [Fact]
    public async Task A_script_that_hangs_is_a_timeout_with_its_own_words_as_traceback()
    {
        var report = await runner.RunAsync(TestRunner.Exec("#!/bin/sh\necho waiting >&2; sleep 100")
            .With(d => d with { Timeout = TimeSpan.FromSeconds(1) }));

        report.Outcome.Should().Be(RunOutcome.Timeout);
        report.Failure.Should().Be(new RunFailure("TimeoutError", "Generator exceeded timeout limit", "waiting\n"));
    }

    [Fact]
    public async Task A_check_is_visible() =>
        (await runner.RunAsync(TestRunner.Exec("#!/bin/sh\necho $HTTPSD_CHECK") with { Check = true }))
            .Text().Should().Be("1\n");

    [Fact]
    public async Task Eight_runs_at_once_keep_their_output_apart()
    {
        var reports = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => runner.RunAsync(
            TestRunner.Exec("#!/bin/bash\n(sleep 0.2; echo $HTTPSD_PARAM_N) & wait").With(("n", $"{i}")))));

        reports.Select(report => report.Text()).Should().Equal(Enumerable.Range(0, 8).Select(i => $"{i}\n"));
    }

    [Fact]
    public async Task A_path_longer_than_a_file_name_can_be_runs()
    {
        var run = TestRunner.Exec("#!/bin/sh\nbasename \"$0\"").With(d => d with { Path = "a/" + new string('x', 300) });

        (await runner.RunAsync(run)).Text().Should().Be(new string('x', 200) + "\n");
    }

    [Fact]
    public async Task Endless_errors_neither_block_nor_grow()
    {
        var report = await runner.RunAsync(TestRunner.Exec(
            "#!/bin/sh\nyes error | head -n 3000000 >&2\necho the end >&2\necho '[]'"));

        report.Text().Should().Be("[]\n");
        report.LogTail.Should().EndWith("error\nthe end\n").And.HaveLength(16 * 1024);
    }

    [Theory]
    [InlineData("#!/usr/bin/env python3\nprint('[]')", null)]
    [InlineData("#!/usr/bin/python3\nprint('[]')", null)]
    [InlineData("#!/opt/nowhere/lua\n", "the interpreter /opt/nowhere/lua is not installed")]
    [InlineData("#!/usr/bin/env lua\n", "the interpreter lua is not installed")]
    [InlineData("#!/usr/bin/env nowhere\n", "the interpreter nowhere is not installed")]
    [InlineData("#!/bin/sh\n", "the interpreter /bin/sh is not on the allow-list Worker:Interpreters")]
    public async Task An_interpreter_is_allowed_by_name_or_by_path_and_need_not_be_there(string script, string? message)
    {
        await using var own = TestRunner.With(new() { Interpreters = ["/usr/bin/python3", "/opt/nowhere/lua", "nowhere"] });

        var report = await own.RunAsync(TestRunner.Exec(script));

        report.Failure?.Message.Should().Be(message);
        report.Outcome.Should().Be(message is null ? RunOutcome.Success : RunOutcome.Error);
    }
}
