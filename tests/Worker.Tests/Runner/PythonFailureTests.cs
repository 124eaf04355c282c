using HttpSd.Core.Runs;

namespace HttpSd.Worker.Tests.Runner;

public sealed class PythonFailureTests(TestRunner runner) : IClassFixture<TestRunner>
{
    [Fact]
    public async Task A_traceback_begins_at_the_users_script_and_shows_its_source()
    {
        var failure = await FailureOf("""
            def helper():
                return {}["missing"]

            def generate_targets(**params):
                try:
                    return helper()
                except KeyError as e:
                    raise ValueError("no such service") from e
            """);

        failure.Should().Be(new RunFailure("ValueError", "no such service", """
            Traceback (most recent call last):
              File "my_script.py", line 6, in generate_targets
                return helper()
                       ^^^^^^^^
              File "my_script.py", line 2, in helper
                return {}["missing"]
                       ~~^^^^^^^^^^^
            KeyError: 'missing'

            The above exception was the direct cause of the following exception:

            Traceback (most recent call last):
              File "my_script.py", line 8, in generate_targets
                raise ValueError("no such service") from e
            ValueError: no such service

            """));
    }

    [Theory]
    [InlineData("import sys; sys.exit(3)", "SystemExit", "the script called sys.exit(3)")]
    [InlineData("raise KeyboardInterrupt()", "KeyboardInterrupt", "")]
    [InlineData("class Mine(BaseException): pass\nraise Mine('x')", "Mine", "x")]
    [InlineData("def f(:", "SyntaxError", "invalid syntax (my_script.py, line 1)")]
    [InlineData("x = 1", "InvalidResult", "the script defines no function generate_targets(**params)")]
    [InlineData("def generate_targets(): return []", "TypeError", "generate_targets() got an unexpected keyword argument 'env'")]
    [InlineData("def f(): f()\nf()", "RecursionError", "maximum recursion depth exceeded")]
    [InlineData("class E(Exception):\n def __str__(self): raise ValueError()\nraise E()", "E", "(the exception's own text could not be had)")]
    [InlineData("raise ValueError('\\udc80 \\u00e4')", "ValueError", "\\udc80 ä")]
    public async Task What_ends_a_script_is_an_error_record_and_the_interpreter_lives_on(
        string script, string type, string message)
    {
        var failure = await FailureOf(script);

        (failure.Type, failure.Message).Should().Be((type, message));
    }

    [Fact]
    public async Task A_long_message_and_a_long_traceback_are_bounded()
    {
        var failure = await FailureOf("raise ValueError('m' * 100000)");

        failure.Message.Should().HaveLength(4096);
        failure.Traceback.Should().HaveLength(16384).And.EndWith("mmm\n");
    }

    [Theory]
    [InlineData("float('nan')", "[0].labels.x: nan is not valid JSON")]
    [InlineData("float('-inf')", "[0].labels.x: -inf is not valid JSON")]
    [InlineData("b'1'", "[0].labels.x: bytes is not a string")]
    [InlineData("{1, 2}", "[0].labels.x: set is not a string")]
    [InlineData("__import__('datetime').datetime.now()", "[0].labels.x: datetime is not a string")]
    [InlineData("'\\ud800'", "[0].labels.x: the string is not valid Unicode")]
    public async Task What_json_cannot_hold_is_named_with_its_place(string value, string message)
    {
        var failure = await FailureOf($$$"""
            def generate_targets(**params):
                return [{"targets": ["a:1"], "labels": dict(x={{{value}}})}]
            """);

        failure.Should().Be(new RunFailure(FailureTypes.InvalidResult, message, ""));
    }

    [Theory]
    [InlineData("[{'targets': ['a:1', b'b:1']}]", "[0].targets[1]: bytes is not a string")]
    [InlineData("[{'targets': [], 'labels': {True: 'x'}}]", "[0].labels: the key True is bool, not a string")]
    [InlineData("[{1: 2}]", "[0]: the key 1 is int, not a string")]
    [InlineData("(x for x in [])", "generate_targets() returned a generator; a list is expected")]
    [InlineData("object()", "generate_targets() returned an object; a list is expected")]
    [InlineData("{1, 2}", "generate_targets() returned a set; a list is expected")]
    [InlineData("(lambda l: l.append(l) or l)([])", "[0]: the list contains itself (a circular reference)")]
    public async Task What_is_not_a_list_of_groups_is_named(string value, string message)
    {
        var failure = await FailureOf($$"""
            def generate_targets(**params):
                return {{value}}
            """);

        failure.Should().Be(new RunFailure(FailureTypes.InvalidResult, message, ""));
    }

    [Fact]
    public async Task A_list_nested_too_deeply_is_an_error_record()
    {
        var failure = await FailureOf("""
            def generate_targets(**params):
                a = []
                for i in range(100000):
                    a = [a]
                return a
            """);

        failure.Type.Should().Be(FailureTypes.InvalidResult);
        failure.Message.Should().EndWith("nested too deeply");
    }

    [Theory]
    [InlineData("None", "null")]
    [InlineData("{'a': 1}", """{"a":1}""")]
    [InlineData("()", "[]")]
    public async Task Other_valid_json_is_left_to_the_validator(string value, string json) =>
        (await runner.RunAsync(TestRunner.Python($"def generate_targets(**p): return {value}")))
            .Text().Should().Be(json);

    [Theory]
    [InlineData("import os; os._exit(7)", "the interpreter exited with status 7 while the script ran")]
    [InlineData("import os; os._exit(0)", "the interpreter exited with status 0 while the script ran")]
    [InlineData("import ctypes; ctypes.string_at(0)", "the interpreter was killed by SIGSEGV while the script ran")]
    [InlineData("import os, signal; os.kill(os.getpid(), 9)", "the interpreter was killed by SIGKILL while the script ran")]
    [InlineData("import os; os.fork() or __import__('time').sleep(60); os._exit(5)", "the interpreter exited with status 5 while the script ran")]
    public async Task An_interpreter_that_dies_is_told_with_its_end_and_is_replaced(string code, string message)
    {
        var run = TestRunner.Python($$"""
            def generate_targets(die="", **params):
                if die: {{code}}
                return []
            """);

        var died = await runner.RunAsync(run.With(("die", "1")));
        var next = await runner.RunAsync(run.Again());

        (died.Failure?.Type, died.Failure?.Message).Should().Be((FailureTypes.InterpreterDied, message));
        next.Text().Should().Be("[]");
    }

    [Theory]
    [InlineData("os.write(3, b'garbage garbage garbage')")]
    [InlineData("os.write(3, b'\\0\\0\\0\\2\\0\\0\\0\\0[]')")]
    [InlineData("os.write(3, b'\\0\\0\\0\\x0f\\0\\0\\0\\0{\"kind\":\"what\"}')")]
    [InlineData("os.closerange(3, 100)")]
    public async Task A_script_that_writes_into_the_control_channel_fails_alone(string code)
    {
        var run = TestRunner.Python($"""
            import os
            def generate_targets(**params):
                {code}
                return []
            """);

        (await runner.RunAsync(run)).Failure!.Type.Should().Be(FailureTypes.InterpreterDied);
        (await runner.RunAsync(TestRunner.Python("def generate_targets(**p): return []"))).Text().Should().Be("[]");
    }

    private async Task<RunFailure> FailureOf(string script)
    {
        var report = await runner.RunAsync(TestRunner.Python(script).With(("env", "x")));
        report.Outcome.Should().Be(RunOutcome.Error);
        return report.Failure!;
    }

    [Fact]
    public async Task A_list_over_the_limit_is_refused_by_its_bytes_as_utf8()
    {
        await using var own = TestRunner.With(new() { MaxResultBytes = 1000 });
        var run = TestRunner.Python("def generate_targets(n): return ['ü' * int(n)]");

        var fits = await own.RunAsync(run.With(("n", "498")));
        var tooLarge = await own.RunAsync(run.With(("n", "499")));

        fits.Text().Should().Be($"[\"{new string('ü', 498)}\"]");
        tooLarge.Failure.Should().Be(new RunFailure(
            FailureTypes.ResultTooLarge, "the list is 1002 bytes; Worker:MaxResultBytes allows 1000", ""));
    }

    [Fact]
    public async Task A_coroutine_is_named()
    {
        var failure = await FailureOf("async def generate_targets(**params): return []");

        (failure.Type, failure.Message).Should().Be(
            (FailureTypes.InvalidResult, "generate_targets() returned a coroutine; a list is expected"));
    }

    [Theory]
    [InlineData("# -*- coding: latin-1 -*-\n")]
    [InlineData("\ufeff# coding: latin-1\n")]
    [InlineData("\f\n")]
    public async Task Text_is_text_whatever_its_first_line_says_of_the_file_it_was_in(string head)
    {
        var report = await runner.RunAsync(TestRunner.Python(head + "def generate_targets(fail='', **params):\n  if fail: raise ValueError('ö')\n  return ['ä€']"));
        var failure = await FailureOf(head + "def generate_targets(**params):\n  raise ValueError('ö')");

        report.Text().Should().Be("[\"ä€\"]");
        failure.Traceback.Should().Contain("line 3, in generate_targets\n    raise ValueError('ö')\nValueError: ö");
    }
}
