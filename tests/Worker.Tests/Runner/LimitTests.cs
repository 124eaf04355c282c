using HttpSd.Core.Definitions;
using HttpSd.Core.Runs;
using HttpSd.Worker.Runner.Host;

namespace HttpSd.Worker.Tests.Runner;

/// <summary>Scripts that take too much: each ends with a record that names the limit, and the next run works.</summary>
public sealed class LimitTests : IAsyncLifetime
{
    private const string Memory = "Worker:MaxMemoryBytes allows 134217728 bytes", Files = "Worker:MaxOpenFiles allows 64", File = "Worker:MaxFileBytes allows 1048576 bytes";

    private readonly TestRunner runner = TestRunner.With(
        TestRunner.Telling with { MaxMemoryBytes = 128 << 20, MaxFileBytes = 1 << 20, MaxOpenFiles = 64 });

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => runner.DisposeAsync();

    [Theory]
    [InlineData("x = bytearray(10 << 30)", "MemoryError", Memory)]
    [InlineData("x = []\nwhile True:\n    x.append(bytearray(1 << 20))", "MemoryError", Memory)]
    [InlineData("x = [open('/dev/null') for _ in range(10000)]", "OSError", Files)]
    [InlineData("import os\nwith open('big', 'wb', 0) as f:\n    for _ in range(10000):\n        f.write(bytes(1 << 16))\n    assert False, os.stat('big').st_size", "OSError", File)]
    [InlineData("import os\nf = os.memfd_create('big')\nfor _ in range(10000):\n    os.write(f, bytes(1 << 16))", "OSError", File)]
    public async Task A_Python_script_that_takes_too_much_is_told_which_limit_it_hit(string body, string type, string note)
    {
        foreach (var isolation in new[] { RunIsolation.Generator, RunIsolation.Job })
        {
            var script = "def generate_targets(**params):\n" + string.Concat(body.Split('\n').Select(l => $"    {l}\n"));
            var failure = (await runner.RunAsync(Python(script, isolation))).Failure;

            failure.Should().NotBeNull();
            (failure!.Type, failure.Message).Should().Be((type, failure.Message));
            failure.Message.Should().EndWith(note + (failure.Message.EndsWith(')') ? ")" : ""));
            failure.Traceback.Should().Contain("my_script.py");
        }
        await NextRunWorksAsync();
    }

    [Theory]
    [InlineData("#!/bin/bash\nx=$(head -c 300M /dev/zero | tr '\\0' a)\necho \"[${#x}]\"", Memory)]
    [InlineData("#!/usr/bin/env python3\nx = bytearray(10 << 30)", Memory)]
    [InlineData("#!/usr/bin/env python3\nx = [open('/dev/null') for _ in range(10000)]", Files)]
    [InlineData("#!/bin/sh\nset -e\nhead -c 10000000 /dev/zero > big\necho '[]'", File)]
    public async Task So_is_a_script_with_an_interpreter_line(string script, string note)
    {
        var failure = (await runner.RunAsync(TestRunner.Exec(script))).Failure;

        failure.Should().NotBeNull();
        failure!.Type.Should().Be(FailureTypes.ExitStatus);
        failure.Message.Should().EndWith($" ({note})");
        await NextRunWorksAsync();
    }

    [Theory]
    [InlineData("import resource\nfor r in (resource.RLIMIT_DATA, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE):\n    resource.setrlimit(r, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))")]
    [InlineData("import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (64, 65))")]
    public async Task A_script_can_t_raise_its_limits_where_it_has_no_rights_of_its_own(string body)
    {
        // Root may: a container's runner is not root, and so neither is this run.
        var drop = Environment.IsPrivilegedProcess ? "import ctypes\nctypes.CDLL(None).setresuid(65534, 65534, 65534)\n" : "";
        var script = "def generate_targets(**params):\n" + string.Concat((drop + body).Split('\n').Select(l => $"    {l}\n"));

        var failure = (await runner.RunAsync(Python(script, RunIsolation.Job))).Failure;

        failure.Should().NotBeNull();
        failure!.Message.Should().Match(m => m.Contains("not allowed to raise maximum limit") || m.Contains("Operation not permitted"));
        await NextRunWorksAsync();
    }

    private static ScriptRun Python(string script, RunIsolation isolation) => TestRunner.Run(
        new GeneratorDefinition { Path = $"limits-{isolation}", Name = "test", SourceFile = "my_script.py", Isolation = isolation }, script);

    private async Task NextRunWorksAsync()
    {
        (await runner.RunAsync(TestRunner.Python("def generate_targets(**params):\n    return []"))).Failure.Should().BeNull();
        (await runner.RunAsync(TestRunner.Exec("#!/bin/sh\necho '[]'"))).Failure.Should().BeNull();
    }
}
