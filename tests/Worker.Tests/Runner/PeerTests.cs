namespace HttpSd.Worker.Tests.Runner;

/// <summary>Scripts that speak on the runner's socket, to have a text of theirs run for another generator.</summary>
public sealed class PeerTests(TestRunner runner) : IClassFixture<TestRunner>
{
    private const string Ask = """
        import json, os, socket, struct, sys

        def ask(path):
            header = json.dumps({"version": 1, "runId": "x", "path": "victim", "hash": "h", "runtime": 1, "isolation": 0,
                                 "timeoutMilliseconds": 5000, "sourceFile": "x.py", "parameters": {}, "check": False}).encode()
            body = b"def generate_targets(**p):\n    return [{'targets': ['evil:1']}]\n"
            with socket.socket(socket.AF_UNIX) as s:
                s.settimeout(5)
                try:
                    s.connect(path)
                    s.sendall(struct.pack(">ii", len(header), len(body)) + header + body)
                    said = b""
                    while b"evil:1" not in said:
                        piece = s.recv(4096)
                        if not piece:
                            break
                        said += piece
                    return said
                except (ConnectionResetError, BrokenPipeError):
                    return b""

        """;

    [Theory]
    [InlineData("answer = ask(SOCKET)")]
    [InlineData("""
        r, w = os.pipe()
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.write(w, b"[" + ask(SOCKET) + b"]")
            os._exit(0)
        answer = os.read(r, 4096).strip(b"[]")
        """)]
    public async Task A_script_that_connects_to_the_runner_gets_no_answer(string body)
    {
        var script = Ask + $"SOCKET = '{runner.Process.SocketPath}'\n\ndef generate_targets(**params):\n"
            + string.Concat((body.Trim() + "\nraise ValueError('answered: %r' % answer)").Split('\n').Select(l => $"    {l}\n"));
        // Until a first run has come back there may be no process yet.
        await NextRunWorksAsync();
        var pid = runner.Process.ProcessId;

        var report = await runner.RunAsync(TestRunner.Python(script));

        report.Failure!.Message.Should().Be("answered: b''");
        runner.Process.ProcessId.Should().Be(pid);
        await NextRunWorksAsync();
    }

    [Fact]
    public async Task The_same_words_from_who_is_no_script_are_answered()
    {
        using var python = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            "python3", ["-c", Ask + $"sys.stdout.write(repr(ask('{runner.Process.SocketPath}')))"]) { RedirectStandardOutput = true })!;
        var said = await python.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await python.WaitForExitAsync(TestContext.Current.CancellationToken);

        said.Should().Contain("evil:1", "or the refusal of scripts would prove nothing");
    }

    private async Task NextRunWorksAsync() =>
        (await runner.RunAsync(TestRunner.Python("def generate_targets(**params):\n    return []"))).Failure.Should().BeNull();
}
