using System.Diagnostics;
using HttpSd.Worker.Runner.Host;

namespace HttpSd.Worker.Runner;

/// <summary>
/// A runner as a child of the agent: started in a directory of its own, started again when it dies, ended with
/// all that it left when the agent ends. A second end, for an agent that is killed: the runner's standard input
/// closes.
/// </summary>
public sealed class RunnerProcess : IAsyncDisposable
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Healthy = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _stop = new();
    private readonly RunnerCommand _command;
    private readonly RunnerHostOptions _options;
    private readonly RunnerProcessLog _log;
    private readonly string _directory;
    private readonly Task _supervision;
    private volatile int _pid;

    private RunnerProcess(RunnerCommand command, RunnerHostOptions options, int userId, ILogger logger)
    {
        _log = new RunnerProcessLog(logger);
        var user = RunnerUser.For(command, userId, out var obstacle);
        if (obstacle is not null)
            _log.KeepsUser(obstacle);

        // The name of a socket has at most 107 bytes, so not in a temporary directory with a long name.
        var temporary = Path.GetTempPath();
        if (temporary.Length > 60 || (user is not null && !RunnerUser.MayEnter(temporary)))
            temporary = "/tmp";
        _directory = Path.Combine(temporary, $"httpsd-{Guid.NewGuid():N}");
        Orphans.CreatePrivate(_directory);
        user?.Own(_directory);
        _command = user?.Become(command) ?? command;
        _options = options with
        {
            SocketPath = Path.Combine(_directory, "runner.sock"),
            WorkDirectory = Path.Combine(_directory, "runs"),
            ExitWithStdin = true,
        };
        Orphans.Adopt();
        HostProcess.Hide();
        _supervision = Task.Run(SuperviseAsync);
    }

    /// <summary>Where a <see cref="RunnerClient"/> finds it.</summary>
    public string SocketPath => _options.SocketPath;

    /// <summary>The runner's process number; 0 while it is down.</summary>
    public int ProcessId => _pid;

    /// <summary>Starts and keeps up a runner; the socket path and the work directory are its own.</summary>
    /// <param name="command">How it is started.</param>
    /// <param name="options">What it may do.</param>
    /// <param name="userId">The user it gets where this process is root; 0: none.</param>
    /// <param name="logger">Told of its ends.</param>
    public static RunnerProcess Start(RunnerCommand command, RunnerHostOptions options, int userId, ILogger logger) =>
        new(command, options, userId, logger);

    /// <summary>Ends the runner and everything it started.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _supervision;
        _stop.Dispose();
        try
        {
            Directory.Delete(_directory, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The runner removes it too, for an agent that is killed.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.LeftBehind(_directory, e.Message);
        }
    }

    private async Task SuperviseAsync()
    {
        var delay = FirstDelay;
        while (!_stop.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            await RunOnceAsync();
            await Orphans.KillAsync();
            if (_stop.IsCancellationRequested)
                return;
            delay = Stopwatch.GetElapsedTime(started) > Healthy ? FirstDelay : delay;
            await Task.Delay(delay, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, LongestDelay.Ticks));
        }
    }

    private async Task RunOnceAsync()
    {
        try
        {
            using var process = Process.Start(StartInfo())!;
            _pid = process.Id;
            await process.WaitForExitAsync(_stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            if (!process.HasExited)
                await EndAsync(process);
            else
                _log.Died(process.ExitCode);
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException or IOException)
        {
            _log.NotStarted(_command.FileName, e.Message);
        }
        finally
        {
            _pid = 0;
        }
    }

    private static async Task EndAsync(Process process)
    {
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(EndLimit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private ProcessStartInfo StartInfo()
    {
        var info = new ProcessStartInfo(_command.FileName, _command.Arguments.Concat(_options.ToArguments()))
        {
            RedirectStandardInput = true,
            WorkingDirectory = _directory,
        };
        var environment = RunnerEnvironment.Build(info.Environment, _options.PassEnvironment);
        info.Environment.Clear();
        foreach (var (name, value) in environment)
            info.Environment[name] = value;
        return info;
    }
}
