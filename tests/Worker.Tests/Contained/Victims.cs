using System.Diagnostics;
using System.Globalization;
using HttpSd.Core.Runs;
using HttpSd.Worker.Tests.Runner;

namespace HttpSd.Worker.Tests.Contained;

/// <summary>
/// What hostile scripts are after: an agent with a secret in its environment, its memory and a file that file rights
/// would let anybody read, a runner, and another generator that has just run.
/// </summary>
/// <param name="agent">The agent's user: this process, or, when it is the runner's, one that stands for it.</param>
public abstract class Victims(int agent) : IAsyncLifetime
{
    public const string Secret = "hunter2-of-the-agent";
    public const int RunnersUser = 65532;

    private Process? _agent;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("httpsd-victim-");

    internal TestRunner Runner { get; private set; } = null!;

    /// <summary>What scripts are told: names of Python variables, and their values.</summary>
    internal Dictionary<string, string> Known { get; } = [];

    private static ScriptRun Other() => TestRunner.Python("import os\ndef generate_targets(**p): return [str(os.getpid()), os.getcwd()]", "victim");

    private string SecretFile => Path.Combine(_folder.FullName, "secret");

    public async ValueTask InitializeAsync()
    {
        Environment.SetEnvironmentVariable("HTTPSD_VICTIM", Secret);
        await File.WriteAllTextAsync(SecretFile, Secret);
        if (!OperatingSystem.IsWindows())
            _folder.UnixFileMode = (UnixFileMode)0b111_101_101;
        Runner = TestRunner.With(
            new()
            {
                MaxMemoryBytes = 256 << 20,
                MaxFileBytes = 4 << 20,
                MaxOpenFiles = 64,
                MaxCpuTime = TimeSpan.FromSeconds(4),
                MaxProcesses = 64,
                MaxDiskBytes = 8 << 20,
                MaxLogBytes = 8 << 20,
                Sandbox = Worker.Runner.Sandbox.SandboxMode.Required,
            },
            RunnersUser);
        var victim = await Runner.RunAsync(Other());
        victim.Failure.Should().BeNull();
        if (agent != 0)
        {
            _agent = Process.Start("setpriv", ["--reuid", $"{agent}", "--regid", $"{agent}", "--clear-groups", "sleep", "1000"]);
            // Until it is another user it can't be signalled anyway.
            (await Living.UntilAsync(() => File.ReadAllText($"/proc/{_agent.Id}/cmdline").StartsWith("sleep", StringComparison.Ordinal))).Should().BeTrue();
        }
        Known["AGENT"] = (_agent?.Id ?? Environment.ProcessId).ToString(CultureInfo.InvariantCulture);
        Known["RUNNER"] = Runner.Process.ProcessId.ToString(CultureInfo.InvariantCulture);
        Known["OTHER"] = victim.Text().Split('"')[1];
        Known["SECRET"] = $"'{SecretFile}'";
        Known["SOCKET"] = $"'{Runner.Process.SocketPath}'";
        Known["OUTSIDE"] = $"'{_folder.FullName}'";
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Runner.DisposeAsync();
        _agent?.Kill();
        _agent?.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Whatever a script did: the agent knows its secret and nobody else, and the next runs are as any.</summary>
    internal async Task AreUnharmedAsync(ScriptReport report)
    {
        (report.Text() + report.LogTail + report.Failure?.Message + report.Failure?.Traceback).Should().NotContain(Secret);
        _folder.GetFileSystemInfos().Should().ContainSingle().Which.Name.Should().Be("secret");
        (await File.ReadAllTextAsync(SecretFile)).Should().Be(Secret);
        (_agent?.HasExited).Should().NotBe(true);
        Runner.Process.ProcessId.ToString(CultureInfo.InvariantCulture).Should().Be(Known["RUNNER"]);
        var other = await Runner.RunAsync(Other());
        other.Failure.Should().BeNull();
        other.Text().Split('"')[1].Should().Be(Known["OTHER"], "another generator's interpreter goes on");
        (await Runner.RunAsync(TestRunner.Python("import tempfile\ndef generate_targets(**p):\n    tempfile.TemporaryFile().close()\n    return []"))).Text().Should().Be("[]");
        (await Runner.RunAsync(TestRunner.Exec("#!/bin/sh\necho x > x && echo '[]'"))).Text().Should().Be("[]\n");
        Runner.Left.Should().BeEmpty();
    }
}

/// <summary>The runner has another user than the agent, as it does wherever that is root.</summary>
public sealed class TwoUsers() : Victims(0);

/// <summary>The runner has the agent's user, since that isn't root: the kernel's wall alone is between them.</summary>
public sealed class OneUser() : Victims(RunnersUser);
