using HttpSd.Core.Definitions;
using HttpSd.Core.Runs;

namespace HttpSd.Worker.Tests.Runner;

public sealed class KillTests(TestRunner runner) : IClassFixture<TestRunner>
{
    private static readonly string Python100Children = """
        import os, subprocess, time
        def generate_targets(mark, hang="", **params):
            for i in range(100):
                subprocess.Popen(["sh", "-c", "trap '' TERM; sleep 1000; : " + mark], start_new_session=True)
            while hang: time.sleep(1)
            return []
        """;

    private static readonly string Exec100Children = """
        #!/bin/bash
        for i in $(seq 100); do setsid sh -c "trap '' TERM; sleep 1000; : $HTTPSD_PARAM_MARK" & done
        while test "$HTTPSD_PARAM_HANG"; do sleep 0.1; done
        echo '[]'
        """;

    public static TheoryData<GeneratorRuntime, RunIsolation, string> Kinds => new()
    {
        { GeneratorRuntime.Python, RunIsolation.Generator, "" },
        { GeneratorRuntime.Python, RunIsolation.Generator, "1" },
        { GeneratorRuntime.Python, RunIsolation.Job, "" },
        { GeneratorRuntime.Python, RunIsolation.Job, "1" },
        { GeneratorRuntime.Exec, RunIsolation.Generator, "" },
        { GeneratorRuntime.Exec, RunIsolation.Generator, "1" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Of_a_hundred_children_in_sessions_of_their_own_none_survives(
        GeneratorRuntime runtime, RunIsolation isolation, string hang)
    {
        var mark = Guid.NewGuid().ToString("N");
        var run = (runtime == GeneratorRuntime.Exec ? TestRunner.Exec(Exec100Children) : TestRunner.Python(Python100Children))
            .With(("mark", mark), ("hang", hang))
            .With(d => d with { Isolation = isolation, Timeout = TimeSpan.FromSeconds(hang == "" ? 30 : 2) });

        var running = runner.RunAsync(run);
        var most = 0;
        while (!running.IsCompleted)
        {
            most = Math.Max(most, Living.With(mark).Count);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        (await running).Outcome.Should().Be(hang == "" ? RunOutcome.Success : RunOutcome.Timeout);
        most.Should().BePositive("they have to run for the test to mean anything");
        Living.With(mark).Should().BeEmpty();
    }

    [Theory]
    [InlineData(GeneratorRuntime.Python, "")]
    [InlineData(GeneratorRuntime.Python, "env -i ")]
    [InlineData(GeneratorRuntime.Exec, "")]
    [InlineData(GeneratorRuntime.Exec, "env -i ")]
    public async Task A_daemon_that_forked_twice_writes_no_more_after_a_timeout(GeneratorRuntime runtime, string wrap)
    {
        var file = Path.GetTempFileName();
        var daemon = $"(setsid {wrap}sh -c '(trap \"\" TERM; while :; do echo x >> {file}; sleep 0.01; done) &' &)";
        var run = runtime == GeneratorRuntime.Exec
            ? TestRunner.Exec($"#!/bin/sh\n{daemon}\nsleep 1000")
            : TestRunner.Python($$"""
                import os, time
                def generate_targets(**params):
                    os.system({{System.Text.Json.JsonSerializer.Serialize(daemon)}})
                    time.sleep(1000)
                """);

        var running = runner.RunAsync(run.With(d => d with { Timeout = TimeSpan.FromSeconds(1) }));
        var wrote = await Living.UntilAsync(() => new FileInfo(file).Length > 20);
        var report = await running;
        var length = new FileInfo(file).Length;
        await Task.Delay(300, TestContext.Current.CancellationToken);

        wrote.Should().BeTrue("the daemon has to run for the test to mean anything");
        report.Outcome.Should().Be(RunOutcome.Timeout);
        new FileInfo(file).Length.Should().Be(length);
        File.Delete(file);
    }

    /// <summary>Three at any moment and none of them for long: each starts the next, in a new session, and ends.
    /// After 20 s they stop by themselves.</summary>
    [Fact]
    public async Task Processes_that_move_on_by_forking_are_caught()
    {
        await using var own = new TestRunner();
        var report = await own.RunAsync(TestRunner.Python("""
            import os, time
            def move_on(ends):
                while time.monotonic() < ends:
                    if os.fork() > 0:
                        os._exit(0)
                    os.setsid()
                    time.sleep(0.005)
                os._exit(0)
            def generate_targets(**params):
                ends = time.monotonic() + 20
                for i in range(3):
                    if os.fork() == 0:
                        move_on(ends)
                time.sleep(60)
            """).With(d => d with { Timeout = TimeSpan.FromSeconds(1) }));

        report.Outcome.Should().Be(RunOutcome.Timeout);
        Living.Below(own.Process.ProcessId).Should().BeEmpty();
    }

    [Theory]
    [InlineData(GeneratorRuntime.Python)]
    [InlineData(GeneratorRuntime.Exec)]
    public async Task Cancelling_a_run_kills_it_and_its_children(GeneratorRuntime runtime)
    {
        var mark = Guid.NewGuid().ToString("N");
        var run = runtime == GeneratorRuntime.Exec
            ? TestRunner.Exec($"#!/bin/sh\nsleep 1000 & sh -c 'sleep 1001; : {mark}'")
            : TestRunner.Python($"import os\ndef generate_targets(**p): os.system('sleep 1000; : {mark}')");
        using var stop = new CancellationTokenSource();

        var running = runner.Client.RunAsync(run, stop.Token);
        var ran = await Living.UntilAsync(() => Living.With(mark).Count > 0);
        await stop.CancelAsync();

        ran.Should().BeTrue();
        await running.Invoking(r => r).Should().ThrowAsync<OperationCanceledException>();
        (await Living.UntilAsync(() => Living.With(mark).Count == 0)).Should().BeTrue();
        (await runner.RunAsync(TestRunner.Exec("#!/bin/sh\necho '[]'"))).Text().Should().Be("[]\n");
    }

    [Fact]
    public async Task A_thread_that_goes_on_after_its_run_does_not_live()
    {
        var file = Path.GetTempFileName();
        var report = await runner.RunAsync(TestRunner.Python($$"""
            import threading, time
            def go_on():
                while True:
                    open("{{file}}", "a").write("x")
                    time.sleep(0.01)
            def generate_targets(**params):
                threading.Thread(target=go_on, daemon=True).start()
                time.sleep(0.2)
                return []
            """));
        var length = new FileInfo(file).Length;
        await Task.Delay(200, TestContext.Current.CancellationToken);

        report.Text().Should().Be("[]");
        length.Should().BeGreaterThan(0);
        new FileInfo(file).Length.Should().Be(length);
        File.Delete(file);
    }

    /// <summary>The daemon has a session, an environment and, hidden, not even the mark of its run.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("ulimit -S -x unlimited; ")]
    public async Task The_end_of_another_run_leaves_a_daemon_alone_and_the_end_of_its_own_does_not(string hide)
    {
        var file = Path.GetTempFileName();
        var running = runner.RunAsync(TestRunner.Exec($"""
            #!/bin/bash
            {hide}(setsid env -i sh -c '(while :; do echo x >> {file}; sleep 0.02; done) &' &)
            sleep 2
            echo '[]'
            """));
        var wrote = await Living.UntilAsync(() => new FileInfo(file).Length > 20);
        await runner.RunAsync(TestRunner.Exec("#!/bin/sh\necho '[]'"));
        await runner.RunAsync(TestRunner.Python("import os\ndef generate_targets(**p): os.system('sleep 100 &'); return []"));
        var before = new FileInfo(file).Length;
        var wroteOn = await Living.UntilAsync(() => new FileInfo(file).Length > before + 10, seconds: 1);
        var wasRunning = !running.IsCompleted;

        await running;
        var after = new FileInfo(file).Length;
        await Task.Delay(300, TestContext.Current.CancellationToken);

        (wrote, wroteOn, wasRunning).Should().Be((true, true, true));
        new FileInfo(file).Length.Should().Be(after);
        File.Delete(file);
    }
}
