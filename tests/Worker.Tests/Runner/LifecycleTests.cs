using System.Net.Sockets;
using HttpSd.Core.Runs;
using HttpSd.Worker.Runner;
using HttpSd.Worker.Runner.Host;
using HttpSd.Worker.Runner.Wire;

namespace HttpSd.Worker.Tests.Runner;

public sealed class LifecycleTests
{
    private const string Pid = """
        import os, time
        def generate_targets(wait="", **params):
            if wait: time.sleep(0.5)
            return [{"targets": [str(os.getpid())]}]
        """;

    [Fact]
    public async Task A_runner_that_is_killed_takes_its_scripts_along_and_comes_back()
    {
        await using var runner = new TestRunner();
        var mark = Guid.NewGuid().ToString("N");
        var python = runner.RunAsync(TestRunner.Python(
            $"import os, time\ndef generate_targets(**p):\n    os.system('setsid sh -c \"sleep 1000; : {mark}\" &')\n    time.sleep(1000)"));
        var exec = runner.RunAsync(TestRunner.Exec($"#!/bin/bash\nsetsid sh -c 'sleep 1000; : {mark}' & sleep 1001; : {mark}"));
        var ran = await Living.UntilAsync(() => Living.With(mark).Count >= 2);
        var killed = runner.Process.ProcessId;

        System.Diagnostics.Process.GetProcessById(killed).Kill();

        ran.Should().BeTrue();
        (await python).Failure!.Type.Should().Be(FailureTypes.RunnerFailed);
        (await exec).Failure!.Type.Should().Be(FailureTypes.RunnerFailed);
        (await Living.UntilAsync(() => Living.With(mark).Count == 0)).Should().BeTrue();
        (await runner.RunAsync(TestRunner.Python(Pid))).Outcome.Should().Be(RunOutcome.Success);
        runner.Process.ProcessId.Should().NotBe(killed);
    }

    [Theory]
    [InlineData("-TERM")]
    [InlineData("-INT")]
    public async Task A_signal_to_the_whole_group_leaves_the_end_of_the_runner_to_its_parent(string signal)
    {
        await using var runner = new TestRunner();
        await runner.RunAsync(TestRunner.Python(Pid));
        var pid = runner.Process.ProcessId;
        var run = runner.RunAsync(TestRunner.Python(Pid).With(("wait", "yes")));

        using var kill = System.Diagnostics.Process.Start("kill", [signal, $"{pid}"]);

        (await run).Outcome.Should().Be(RunOutcome.Success);
        runner.Process.ProcessId.Should().Be(pid);
    }

    [Fact]
    public async Task A_runner_of_its_own_that_is_told_to_end_lets_its_agent_s_runs_end_first()
    {
        var folder = Directory.CreateTempSubdirectory("httpsd-drain-");
        var socket = Path.Combine(folder.FullName, "r.sock");
        using var process = System.Diagnostics.Process.Start(TestRunner.Command.FileName, ["--socket", socket]);
        await using (var client = new RunnerClient(socket, TestRunner.ClientOptions))
        {
            await client.RunAsync(TestRunner.Python(Pid), default);
            var run = client.RunAsync(TestRunner.Python("import time\ndef generate_targets(**p):\n    time.sleep(3)\n    return []"), default);
            await Task.Delay(500);

            using var kill = System.Diagnostics.Process.Start("kill", ["-TERM", $"{process.Id}"]);

            (await run).Outcome.Should().Be(RunOutcome.Success);
            process.HasExited.Should().BeFalse("its agent is still there");
        }
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
        process.ExitCode.Should().Be(0);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_run_that_waits_for_an_interpreter_says_so()
    {
        await using var runner = TestRunner.With(TestRunner.Telling with { MaxWarmRunners = 1 });
        var first = runner.RunAsync(TestRunner.Python("import time\ndef generate_targets(**p):\n    time.sleep(5)\n    return []"));
        await Task.Delay(500);
        var waited = 0;

        var second = await runner.RunAsync(TestRunner.Python(Pid) with { Waited = () => waited++ });

        (second.Outcome, (await first).Outcome).Should().Be((RunOutcome.Success, RunOutcome.Success));
        waited.Should().BePositive();
    }

    [Fact]
    public async Task When_all_connections_of_an_agent_close_its_runs_die()
    {
        await using var runner = new TestRunner();
        var mark = Guid.NewGuid().ToString("N");
        using var stop = new CancellationTokenSource();
        var runs = Enumerable.Range(0, 3)
            .Select(_ => runner.Client.RunAsync(TestRunner.Exec($"#!/bin/sh\nsh -c 'sleep 1000; : {mark}'"), stop.Token))
            .ToList();
        var ran = await Living.UntilAsync(() => Living.With(mark).Count >= 3);

        await stop.CancelAsync();

        ran.Should().BeTrue();
        (await Living.UntilAsync(() => Living.With(mark).Count == 0)).Should().BeTrue();
        runs.Should().AllSatisfy(run => run.IsCanceled.Should().BeTrue());
    }

    [Fact]
    public async Task Disposing_ends_the_runner_its_scripts_and_its_directory()
    {
        var runner = new TestRunner();
        var mark = Guid.NewGuid().ToString("N");
        var run = runner.RunAsync(TestRunner.Exec($"#!/bin/sh\nsetsid sh -c 'sleep 1000; : {mark}'"));
        await Living.UntilAsync(() => Living.With(mark).Count > 0);
        var pid = runner.Process.ProcessId;

        await runner.DisposeAsync();

        Living.With(mark).Should().BeEmpty();
        Living.Process($"{pid}").Should().BeFalse();
        (await run).Failure!.Type.Should().Be(FailureTypes.RunnerFailed);
        Directory.Exists(Path.GetDirectoryName(runner.Process.SocketPath)).Should().BeFalse();
    }

    [Fact]
    public async Task Without_a_runner_a_run_is_an_error_record()
    {
        await using var client = new RunnerClient("/nowhere/runner.sock", new RunnerClientOptions { ConnectTimeout = TimeSpan.Zero });

        var report = await client.RunAsync(TestRunner.Python(Pid), TestContext.Current.CancellationToken);

        report.Failure!.Type.Should().Be(FailureTypes.RunnerFailed);
    }

    [Fact]
    public async Task An_interpreter_is_replaced_after_its_number_of_runs_and_when_the_script_changes()
    {
        await using var runner = TestRunner.With(TestRunner.Telling with { RunnerMaxJobs = 3 });
        var run = TestRunner.Python(Pid);
        var pids = new List<string>();
        for (var i = 0; i < 5; i++)
            pids.Add((await runner.RunAsync(run.Again())).Text());
        var changed = TestRunner.Python(Pid + "\n", run.Script.Definition.Path);
        var next = (await runner.RunAsync(changed)).Text();

        pids.Distinct().Should().HaveCount(2);
        pids.Take(3).Distinct().Should().HaveCount(1);
        next.Should().NotBe(pids[4]);
        Living.Below(runner.Process.ProcessId).Should().ContainSingle().Which.Should().Be(next.Split('"')[3]);
    }

    [Fact]
    public async Task There_are_never_more_interpreters_than_allowed_and_the_one_longest_unused_goes()
    {
        await using var runner = TestRunner.With(TestRunner.Telling with { MaxWarmRunners = 2 });
        ScriptRun a = TestRunner.Python(Pid), b = TestRunner.Python(Pid), c = TestRunner.Python(Pid);
        async Task<string> Of(ScriptRun run) => (await runner.RunAsync(run.Again())).Text().Split('"')[3];

        string[] first = [await Of(a), await Of(b), await Of(a), await Of(c), await Of(a)];
        var left = Living.Below(runner.Process.ProcessId);
        var together = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => runner.RunAsync(TestRunner.Python(Pid).With(("wait", "1")))));

        first[2].Should().Be(first[0]);
        first[4].Should().Be(first[0]);
        left.Should().BeEquivalentTo(first[3], first[0]);
        together.Should().AllSatisfy(report => report.Outcome.Should().Be(RunOutcome.Success));
        Living.Below(runner.Process.ProcessId).Should().HaveCount(2);
    }

    [Fact]
    public async Task A_python_that_is_not_there_is_named()
    {
        await using var runner = TestRunner.With(TestRunner.Telling with { Python = "python9" });

        (await runner.RunAsync(TestRunner.Python(Pid))).Failure!.Message.Should().StartWith("python9 was not found on /usr/");
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 2, 0, 0, 0, 0, (byte)'[', (byte)']' })]
    [InlineData(new byte[] { 0, 0, 0, 4, 0, 0, 0, 0, (byte)'n', (byte)'u', (byte)'l', (byte)'l' })]
    public async Task A_connection_that_speaks_nonsense_is_closed_and_others_go_on(byte[] nonsense)
    {
        await using var runner = new TestRunner();
        await runner.RunAsync(TestRunner.Exec("#!/bin/sh\necho '[]'"));
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(runner.Process.SocketPath), TestContext.Current.CancellationToken);

        await socket.SendAsync(nonsense, TestContext.Current.CancellationToken);
        var answer = await socket.ReceiveAsync(new byte[10], TestContext.Current.CancellationToken);

        answer.Should().Be(0);
        (await runner.RunAsync(TestRunner.Exec("#!/bin/sh\necho '[]'"))).Text().Should().Be("[]\n");
    }

    [Fact]
    public async Task A_definition_that_changes_during_its_run_lets_that_end_and_costs_the_interpreter()
    {
        await using var runner = new TestRunner();
        var run = TestRunner.Python(Pid);
        var started = runner.RunAsync(run.With(("wait", "1")));
        await Living.UntilAsync(() => Directory.Exists(runner.WorkDirectory) && runner.Left.Any());

        var changed = await runner.RunAsync(TestRunner.Python(Pid + "\n", run.Script.Definition.Path));
        var old = await started;

        old.Outcome.Should().Be(RunOutcome.Success);
        old.Text().Should().NotBe(changed.Text());
        (await Living.UntilAsync(() => Living.Below(runner.Process.ProcessId).Count == 1)).Should().BeTrue();
        Living.Below(runner.Process.ProcessId).Should().Equal(changed.Text().Split('"')[3]);
    }

    [Fact]
    public async Task A_runner_whose_parent_is_killed_removes_its_directory_too()
    {
        var own = Directory.CreateTempSubdirectory("httpsd-test-").FullName;
        var options = TestRunner.Telling with
        {
            SocketPath = Path.Combine(own, "runner.sock"),
            WorkDirectory = Path.Combine(own, "runs"),
            ExitWithStdin = true,
        };
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            TestRunner.Command.FileName, options.ToArguments()) { RedirectStandardInput = true })!;
        await using var client = new RunnerClient(options.SocketPath, TestRunner.ClientOptions);
        var mark = Guid.NewGuid().ToString("N");
        var runs = new[]
        {
            TestRunner.Exec($"#!/bin/sh\ntouch a b; sh -c 'sleep 1000; : {mark}'"),
            TestRunner.Python($"import os\ndef generate_targets(**p): os.mkdir('a'); os.system('sleep 1000; : {mark}')"),
        }.Select(run => client.RunAsync(run, TestContext.Current.CancellationToken)).ToList();
        var ran = await Living.UntilAsync(() => Living.With(mark).Count >= 2);

        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        ran.Should().BeTrue();
        (await Task.WhenAll(runs)).Should().AllSatisfy(report => report.Failure!.Type.Should().Be(FailureTypes.RunnerFailed));
        Living.With(mark).Should().BeEmpty();
        Directory.Exists(own).Should().BeFalse();
    }

    [Fact]
    public async Task A_request_of_another_version_is_refused_with_both_numbers()
    {
        await using var runner = new TestRunner();
        await runner.RunAsync(TestRunner.Exec("#!/bin/sh\necho '[]'"));
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(runner.Process.SocketPath), TestContext.Current.CancellationToken);
        using var channel = new FrameChannel(new NetworkStream(socket), 1 << 20, 1 << 20);

        await channel.WriteAsync(
            RunRequest.Of(TestRunner.Python(Pid)) with { Version = 2 },
            WireJson.Default.RunRequest,
            Array.Empty<byte>(),
            TestContext.Current.CancellationToken);
        var reply = await channel.ReadAsync(WireJson.Default.RunReply, TestContext.Current.CancellationToken);

        reply!.Value.Header.Failure.Should().Be(new RunFailure(FailureTypes.RunnerFailed, "the runner speaks version 1, not 2", ""));
    }
}
